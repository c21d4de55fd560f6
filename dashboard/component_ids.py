"""The ids of components that callbacks use."""

ADDRESS = "address"
"""dcc.Location: the current address."""

PAGE = "page"
"""The container of the page."""

PAGE_HEAD = "page-head"
"""The title and language of the page, which the browser applies."""

PAGE_SHOWN = "page-shown"
"""Set by the browser when it has applied them."""

MAIN = "main"
"""The main part of the page, the target of the skip link."""

FILTERS = "filters"
FILTER_PERIOD = "filter-period"
FILTER_SITES = "filter-sites"
FILTER_PROGRAMME = "filter-programme"
FILTER_UNAPPROVED = "filter-unapproved"

JOB_STATUS = "job-standing"
"""The progress and result of a job."""

JOB_POLL = "job-poll"
"""dcc.Interval: polls the job until it has ended."""
