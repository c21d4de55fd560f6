"""The ids of components that callbacks name, each written once."""

ADDRESS = "address"
"""dcc.Location: the page that the visitor is on."""

PAGE = "page"
"""Where the router puts the page."""

PAGE_HEAD = "page-head"
"""What the router says of the page: its title and language, which the browser takes over."""

PAGE_SHOWN = "page-shown"
"""Written by the browser once it has taken them over."""

MAIN = "main"
"""The page's own part, to which the skip link leads."""

FILTERS = "filters"
FILTER_PERIOD = "filter-period"
FILTER_SITES = "filter-sites"
FILTER_PROGRAMME = "filter-programme"
FILTER_UNAPPROVED = "filter-unapproved"

JOB_STATUS = "job-standing"
"""Where a job's progress and result stand."""

JOB_POLL = "job-poll"
"""dcc.Interval: asks how far the job is, until it is over."""
