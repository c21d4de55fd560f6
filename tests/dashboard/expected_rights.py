"""Who may open and do what: the expected permissions, written by hand and not read from the registry.

`test_access_matrix` fails for a page, route or callback without a line here. To add one:

- add its rule with each method to ADDRESSES, with the people who may use it;
- add example addresses to ADDRESS_EXAMPLES if the rule has variables. `{draft}`, `{submitted}`, `{evidence}`, `{job}`
  and `{file}` are objects of site 01 and of the administrator, made in `populated_app` (add new kinds there);
- add the key of a callback to CALLBACKS.

ONE_SITE is an officer of site 01, who uploaded `{draft}` and `{submitted}`; ELSEWHERE is an officer of another site
and OFFICER one of all sites.
"""

NOBODY, ELSEWHERE, ONE_SITE, OFFICER, MANAGER, ADMINISTRATOR = (
    "nobody",
    "elsewhere",
    "one",
    "officer",
    "manager",
    "administrator",
)
PEOPLE = (NOBODY, ELSEWHERE, ONE_SITE, OFFICER, MANAGER, ADMINISTRATOR)

EVERYBODY = frozenset(PEOPLE)
STAFF = EVERYBODY - {NOBODY}
SITE_STAFF = STAFF - {ELSEWHERE}
REVIEWERS = frozenset({MANAGER, ADMINISTRATOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})

GET, POST = "GET", "POST"

FOR_TOKENS = ("/api/v1/live/figures", "/api/v1/live/figures.csv")
"""The only addresses that an API token opens; without one they answer 401 and don't lead to sign-in."""

ADDRESSES: dict[tuple[str, str], frozenset[str]] = {
    # The public side.
    ("/", GET): EVERYBODY,
    ("/health", GET): EVERYBODY,
    ("/sign-in", GET): EVERYBODY,
    ("/sign-in", POST): EVERYBODY,
    ("/set-password/<token>", GET): EVERYBODY,
    ("/set-password/<token>", POST): EVERYBODY,
    ("/help/read-the-public-page", GET): EVERYBODY,
    ("/search", GET): EVERYBODY,
    ("/search.html", GET): EVERYBODY,
    ("/explore", GET): EVERYBODY,
    ("/explore.csv", GET): EVERYBODY,
    ("/explore.html", GET): EVERYBODY,
    ("/index.html", GET): EVERYBODY,
    ("/downloads.html", GET): EVERYBODY,
    ("/changes.html", GET): EVERYBODY,
    ("/indicators/<code>", GET): EVERYBODY,
    ("/objectives/<code>", GET): EVERYBODY,
    ("/programmes/<code>", GET): EVERYBODY,
    ("/about", GET): EVERYBODY,
    ("/about/<code>", GET): EVERYBODY,
    ("/downloads", GET): EVERYBODY,
    ("/indicators", GET): EVERYBODY,
    ("/objectives", GET): EVERYBODY,
    ("/programmes", GET): EVERYBODY,
    ("/downloads/<code>", GET): EVERYBODY,
    ("/assets/<code>", GET): EVERYBODY,
    ("/editions.html", GET): EVERYBODY,
    ("/editions", GET): EVERYBODY,
    ("/feed.xml", GET): EVERYBODY,
    ("/feed", GET): EVERYBODY,
    ("/editions/<edition>", GET): EVERYBODY,
    ("/embed/<code>", GET): EVERYBODY,
    ("/embed/<code>/code", GET): EVERYBODY,
    ("/editions/<edition>/<first>", GET): EVERYBODY,
    ("/editions/<edition>/<first>/<second>", GET): EVERYBODY,
    ("/editions/<edition>/<first>/<second>/<third>", GET): EVERYBODY,
    ("/api/figures.json", GET): EVERYBODY,
    ("/api/v1/editions", GET): EVERYBODY,
    ("/api/v1/editions/<edition>/figures", GET): EVERYBODY,
    ("/api/v1/editions/<edition>/figures.csv", GET): EVERYBODY,
    ("/robots.txt", GET): EVERYBODY,
    ("/sitemap.xml", GET): EVERYBODY,
    ("/api/v1/openapi.json", GET): EVERYBODY,
    # Figures of all sites: all staff.
    ("/staff/overview", GET): STAFF,
    ("/staff/indicators", GET): STAFF,
    ("/staff/reports", GET): STAFF,
    ("/staff/compare-editions", GET): STAFF,
    ("/staff/search", GET): STAFF,
    ("/staff/objective/<code>", GET): STAFF,
    ("/staff/indicator/<code>", GET): STAFF,
    ("/staff/sites", GET): STAFF,
    ("/staff/site/<code>", GET): STAFF,
    ("/staff/province/<code>", GET): STAFF,
    ("/staff/programme/<code>", GET): STAFF,
    ("/staff/number/<code>/<period>", GET): STAFF,
    ("/staff/why/<code>/<period>", GET): STAFF,
    ("/staff/chart/<code>/<chart>/csv", GET): STAFF,
    ("/staff/plan-chart/<chart>/csv", GET): STAFF,
    ("/staff/tracking-table", GET): STAFF,
    ("/staff/tracking-table.xlsx", GET): STAFF,
    ("/staff/tracking-table.csv", GET): STAFF,
    ("/staff/meeting-pack", POST): STAFF,
    ("/staff/meeting-pack.html", GET): STAFF,
    ("/staff/meeting-pack.xlsx", GET): STAFF,
    # The same for programs, with an API token or in a browser that is signed in.
    ("/api/v1/live/figures", GET): STAFF,
    ("/api/v1/live/figures.csv", GET): STAFF,
    # Returns: the list for all staff; a return's file, findings, evidence and thread for the officers of its site,
    # managers and the administrator.
    ("/staff/returns", GET): STAFF,
    ("/staff/upload", GET): STAFF,
    ("/staff/upload", POST): STAFF,
    ("/staff/tables", GET): STAFF,
    ("/staff/tables", POST): STAFF,
    ("/staff/layouts", GET): REVIEWERS,
    ("/staff/layouts", POST): REVIEWERS,
    ("/staff/layouts/<name>", GET): REVIEWERS,
    ("/staff/layouts/<name>", POST): REVIEWERS,
    ("/staff/forms", GET): SITE_STAFF,
    ("/staff/returns/new", GET): SITE_STAFF,
    ("/staff/returns/new/<site>/<quarter>", GET): SITE_STAFF,
    ("/staff/returns/new/<site>/<quarter>", POST): SITE_STAFF,
    ("/staff/returns/<number>/again", POST): SITE_STAFF,
    ("/staff/returns/<number>", GET): SITE_STAFF,
    ("/staff/returns/<number>/file", GET): SITE_STAFF,
    ("/staff/returns/<number>/annotated", GET): SITE_STAFF,
    ("/staff/returns/<number>/numbers", GET): SITE_STAFF,
    ("/staff/returns/<number>/evidence/<evidence>", GET): SITE_STAFF,
    ("/staff/returns/<number>/evidence", POST): SITE_STAFF,
    ("/staff/returns/<number>/<action>", POST): SITE_STAFF,
    ("/staff/approve", GET): REVIEWERS,
    ("/staff/approve", POST): REVIEWERS,
    # Remarks are written by managers.
    ("/staff/remarks/<code>/<quarter>", GET): REVIEWERS,
    ("/staff/remarks/<code>/<quarter>", POST): REVIEWERS,
    # The guides.
    ("/staff/help", GET): STAFF,
    ("/staff/help/card", GET): STAFF,
    ("/staff/help/<guide>", GET): STAFF,
    # The own account.
    ("/sign-out", POST): STAFF,
    ("/staff/account", GET): STAFF,
    ("/staff/account/<action>", POST): STAFF,
    # Own jobs; administrators see all. For others the page itself shows that it is not found.
    ("/staff/jobs/<number>", GET): STAFF,
    ("/staff/jobs/<number>/files/<file>", GET): ADMINISTRATORS,
    # The administrator.
    ("/admin/users", GET): ADMINISTRATORS,
    ("/admin/users", POST): ADMINISTRATORS,
    ("/admin/users/<name>", GET): ADMINISTRATORS,
    ("/admin/users/<name>/<action>", POST): ADMINISTRATORS,
    ("/admin/own-approval", POST): ADMINISTRATORS,
    ("/admin/audit", GET): ADMINISTRATORS,
    ("/admin/audit/export", POST): ADMINISTRATORS,
    ("/admin/backups", GET): ADMINISTRATORS,
    ("/admin/backups", POST): ADMINISTRATORS,
    ("/admin/editions", GET): ADMINISTRATORS,
    ("/admin/editions", POST): ADMINISTRATORS,
    ("/admin/field-data", GET): ADMINISTRATORS,
    ("/admin/field-data", POST): ADMINISTRATORS,
    ("/admin/messages", GET): ADMINISTRATORS,
    ("/admin/messages", POST): ADMINISTRATORS,
    ("/admin/periods", GET): ADMINISTRATORS,
    ("/admin/periods", POST): ADMINISTRATORS,
    ("/admin/plan", GET): ADMINISTRATORS,
    ("/admin/plan", POST): ADMINISTRATORS,
    ("/admin/plan/versions/<number>", GET): ADMINISTRATORS,
    ("/admin/plan/files/<sha256>", GET): ADMINISTRATORS,
    ("/admin/plan/files/<sha256>", POST): ADMINISTRATORS,
}

ADDRESS_EXAMPLES: dict[str, tuple[str, ...]] = {
    "/set-password/<token>": ("/set-password/{link}",),
    "/indicators/<code>": ("/indicators/{indicator}",),
    "/embed/<code>": ("/embed/{indicator}",),
    "/embed/<code>/code": ("/embed/{indicator}/code",),
    "/objectives/<code>": ("/objectives/{objective}",),
    "/programmes/<code>": ("/programmes/{programme}",),
    "/about/<code>": ("/about/cite",),
    "/downloads/<code>": ("/downloads/figures.csv", "/downloads/datapackage.zip"),
    "/assets/<code>": ("/assets/share-en.png",),
    "/editions/<edition>": ("/editions/{edition}",),
    "/editions/<edition>/<first>": ("/editions/{edition}/index.html",),
    "/editions/<edition>/<first>/<second>": ("/editions/{edition}/downloads/figures.csv",),
    "/editions/<edition>/<first>/<second>/<third>": ("/editions/{edition}/km/objectives/{objective}.html",),
    "/api/v1/editions/<edition>/figures": ("/api/v1/editions/{edition}/figures",),
    "/api/v1/editions/<edition>/figures.csv": ("/api/v1/editions/{edition}/figures.csv?year=plan",),
    "/staff/objective/<code>": ("/staff/objective/{objective}",),
    "/staff/indicator/<code>": ("/staff/indicator/{indicator}",),
    "/staff/site/<code>": ("/staff/site/01", "/staff/site/N-2"),
    "/staff/province/<code>": ("/staff/province/KH-7",),
    "/staff/programme/<code>": ("/staff/programme/{programme}",),
    "/staff/number/<code>/<period>": ("/staff/number/{indicator}/plan",),
    "/staff/why/<code>/<period>": ("/staff/why/{indicator}/plan",),
    "/staff/chart/<code>/<chart>/csv": ("/staff/chart/{indicator}/years/csv",),
    "/staff/plan-chart/<chart>/csv": ("/staff/plan-chart/objectives/csv", "/staff/plan-chart/on-track/csv"),
    "/staff/forms": ("/staff/forms?site=01&quarter=2025Q3",),
    "/staff/returns/new": ("/staff/returns/new?site=01&quarter=2025Q3",),
    "/staff/returns/new/<site>/<quarter>": ("/staff/returns/new/01/2025Q3",),
    "/staff/returns/<number>/again": ("/staff/returns/{draft}/again", "/staff/returns/{submitted}/again"),
    "/staff/returns/<number>": ("/staff/returns/{draft}", "/staff/returns/{submitted}"),
    "/staff/returns/<number>/file": ("/staff/returns/{draft}/file", "/staff/returns/{submitted}/file"),
    "/staff/returns/<number>/numbers": ("/staff/returns/{draft}/numbers", "/staff/returns/{submitted}/numbers"),
    "/staff/returns/<number>/annotated": ("/staff/returns/{draft}/annotated", "/staff/returns/{submitted}/annotated"),
    "/staff/returns/<number>/evidence/<evidence>": ("/staff/returns/{submitted}/evidence/{evidence}",),
    "/staff/returns/<number>/evidence": ("/staff/returns/{draft}/evidence", "/staff/returns/{submitted}/evidence"),
    "/staff/returns/<number>/<action>": tuple(
        f"/staff/returns/{{{which}}}/{action}"
        for which in ("draft", "submitted")
        for action in ("comment", "approve", "send-back", "remove-evidence", "submit", "withdraw")
    ),
    "/staff/remarks/<code>/<quarter>": ("/staff/remarks/{indicator}/2025Q1",),
    "/staff/help/<guide>": ("/staff/help/send-a-return",),
    "/staff/account/<action>": tuple(
        f"/staff/account/{action}" for action in ("language", "password", "token", "token-revoke")
    ),
    "/staff/layouts/<name>": ("/staff/layouts/{layout}",),
    "/staff/jobs/<number>": ("/staff/jobs/{job}",),
    "/staff/jobs/<number>/files/<file>": ("/staff/jobs/{job}/files/{file}",),
    "/admin/plan/versions/<number>": ("/admin/plan/versions/1",),
    "/admin/plan/files/<sha256>": ("/admin/plan/files/{plan_file}",),
    "/admin/users/<name>": ("/admin/users/spare",),
    "/admin/users/<name>/<action>": tuple(
        f"/admin/users/spare/{action}" for action in ("change", "link", "close", "open", "token-revoke")
    ),
}
"""Addresses that fill the variable parts of a rule. Rules without variables need no entry."""

_NAVIGATION_LINKS = '{"path":["ALL"],"place":["ALL"],"type":"navigation-link"}'

CALLBACKS: dict[str, frozenset[str]] = {
    "..page-top.children...page.children...page-head.data..": EVERYBODY,
    "page-shown.data": EVERYBODY,
    "clicked-point.data": EVERYBODY,
    "address.search": EVERYBODY,
    "selection-ready.data": STAFF,
    "filter-bar.children": STAFF,
    '{"name":"site","type":"filter"}.options': STAFF,
    "..job-standing.children...job-poll.disabled..": STAFF,
    "header-kind.data": STAFF,
    "header.children": STAFF,
    f"..{_NAVIGATION_LINKS}.href...{_NAVIGATION_LINKS}.active..": STAFF,
    "menu.is_open": STAFF,
    "search-options.children": STAFF,
    "..drawer.is_open...drawer-target.data..": STAFF,
    "drawer-closed.data": STAFF,
    "..drawer-title.children...drawer-body.children..": STAFF,
}

IN_BROWSER = (
    "page-shown.data",
    "clicked-point.data",
    "selection-ready.data",
    "header-kind.data",
    f"..{_NAVIGATION_LINKS}.href...{_NAVIGATION_LINKS}.active..",
    "menu.is_open",
    "..drawer.is_open...drawer-target.data..",
    "drawer-closed.data",
)
"""The callbacks that run in the browser."""
