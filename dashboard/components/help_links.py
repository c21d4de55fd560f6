"""Which guide, and which of its sections, helps on a page."""

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.selection import localize_path
from etl.publication.guides import PUBLIC_GUIDE

HELP_PATH = "/staff/help"
CARD_PATH = "/staff/help/card"
PUBLIC_HELP_PATH = f"/help/{PUBLIC_GUIDE}"

REVIEW = ("review-and-approve", "find-what-waits")
FIGURES = ("review-and-approve", "read-the-figures")
SECTIONS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("/staff/returns/new", ("send-a-return", "type-it-on-the-page-instead")),
    ("/staff/returns", ("send-a-return", "find-your-return")),
    ("/staff/upload", ("send-a-return", "fill-in-the-excel-form")),
    ("/staff/forms", ("send-a-return", "fill-in-the-excel-form")),
    ("/staff/tables", ("when-something-goes-wrong", "the-file-is-refused")),
    ("/staff/approve", ("review-and-approve", "decide")),
    ("/staff/account", ("when-something-goes-wrong", "i-cannot-sign-in")),
    ("/staff/jobs", ("when-something-goes-wrong", "a-page-shows-an-error")),
    ("/admin/plan", ("load-the-plan", "check-it")),
    ("/admin/periods", ("publish-an-edition", "before")),
    ("/admin/editions", ("publish-an-edition", "preview")),
    ("/admin/users", ("load-the-plan", "then")),
    ("/admin/messages", ("review-and-approve", "ask-for-what-is-missing")),
    ("/admin/backups", ("when-something-goes-wrong", "a-page-shows-an-error")),
    ("/admin/audit", ("when-something-goes-wrong", "a-number-is-wrong")),
)
"""The guide and section of the pages below a path; all other pages show figures."""


def make_help_address(page: PageContext) -> str:
    """Return the address of the help on a page. On the list of returns it depends on who reads."""
    guide, section = next((target for path, target in SECTIONS if page.path.startswith(path)), FIGURES)
    if page.path.rstrip("/") == "/staff/returns" and page.visitor.has_permission(Permission.MANAGE):
        guide, section = REVIEW
    return f"{localize_path(f'{HELP_PATH}/{guide}', page.language)}#{section}"
