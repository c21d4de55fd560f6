"""The ids of components that callbacks use."""

ADDRESS = "address"
"""dcc.Location: the current address."""

PAGE = "page"
"""The container of the page."""

PAGE_HEAD = "page-head"
"""The title and language of the page, which the browser applies."""

PAGE_READY = "page-shown"
"""Set by the browser when it has applied them."""

MAIN = "main"
"""The main part of the page, the target of the skip link."""

JOB_STATUS = "job-standing"
"""The progress and result of a job."""

JOB_POLL = "job-poll"
"""dcc.Interval: polls the job until it has ended."""
