"""The ids of components that callbacks use."""

ADDRESS = "address"
"""dcc.Location: the current address."""

PAGE_TOP = "page-top"
"""The container of the header and the ribbon."""

FILTER_BAR = "filter-bar"
"""The container of the filter bar, outside of the page, so that a control keeps the focus when the page changes."""

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

HEADER = "header"
"""The container of the header, which stays while pages replace each other."""

HEADER_KIND = "header-kind"
"""dcc.Store: the language and the part of the site of the header that is shown."""

NAVIGATION_LINK = "navigation-link"
"""The type in the ids of the header's links, `{"type": ..., "path": ..., "place": ...}`."""

MENU, MENU_BUTTON, MENU_TITLE = "menu", "menu-button", "menu-title"
"""The menu of narrow screens (dbc.Offcanvas), the button that opens it, and its name."""

SEARCH, SEARCH_OPTIONS = "search", "search-options"
"""The search field of the header and the datalist of its suggestions."""

DRAWER, DRAWER_TITLE, DRAWER_BODY = "drawer", "drawer-title", "drawer-body"
"""The drawer that explains a figure (dbc.Offcanvas), its name and its content."""

DRAWER_CLOSED = "drawer-closed"
"""dcc.Store: the output of the callback that tidies the address after the drawer; it stays empty."""

DRAWER_TARGET = "drawer-target"
"""dcc.Store: the address with the figure in the drawer."""

FILTERS = "filters"
"""The part of the filter bar that a phone folds, or the form with filters."""

FILTER_TYPE = "filter"
"""The type in the ids of controls of the filter bar, `{"type": "filter", "name": ...}`."""

FILTER_TEXT_TYPE = "filter-text"
"""The type in the ids of texts that repeat what a control of the same name has selected."""

SITE_SEARCH = "site-search"
"""dbc.Input: searches the sites of the filter bar where there are too many to list."""

SITE_FIND = "site-find"
"""dbc.Input: searches a list of sites by code, name or province."""

SELECTION_READY = "selection-ready"
"""dcc.Store: the output of the callback between the address and the filter bar; it stays empty."""

JOB_STATUS = "job-standing"
"""The progress and result of a job."""

JOB_POLL = "job-poll"
"""dcc.Interval: polls the job until it has ended."""

EXPLORE_CONTROL = "explore-control"
"""The type in the ids of the controls of the explore page, `{"type": "explore-control", "name": "objective"}`."""
