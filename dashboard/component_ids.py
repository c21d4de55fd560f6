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

CHART_TYPE = "chart"
"""The type in the ids of charts, `{"type": "chart", "name": ...}`, so that one callback serves all of them."""

CLICKED_POINT = "clicked-point"
"""dcc.Store: the output of the callback that follows clicks on charts; it stays empty."""

MATRIX_MARKUP = "matrix-markup"
"""dcc.Store: the HTML of the matrix of indicators, which the browser inserts as one piece."""

MATRIX = "matrix"

NAVIGATION = "navigation"

FILTERS = "filters"

JOB_STATUS = "job-standing"
"""The progress and result of a job."""

JOB_POLL = "job-poll"
"""dcc.Interval: polls the job until it has ended."""
