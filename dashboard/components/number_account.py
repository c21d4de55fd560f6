"""The account of the numbers of a file, as two tables: not taken and why, and taken where to."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from etl.queries.number_account import NumberAccount


def build_account_sections(page: PageContext, account: NumberAccount) -> list[Any]:
    """Return a section for the numbers that are not taken and one for those that are."""
    _ = page.gettext
    skipped = [[tags.Span(line.cells), line.heading, line.reason] for line in account.skipped]
    taken = [[line.cell, line.text, line.site, line.quarter, line.key] for line in account.taken]
    taken_title = _("Taken: {count}", count=account.taken_count)
    skipped_title = _("Not taken: {count}", count=account.number_count - account.taken_count)
    taken_headings = (_("Cell"), _("In the file"), _("Site"), _("Quarter"), _("Number"))
    return [
        tags.Section(
            [
                tags.H2(skipped_title),
                build_table(skipped_title, (_("Cells"), _("Heading"), _("Why")), skipped, stacks=True)
                if skipped
                else tags.P(_("Every number was taken.")),
            ]
        ),
        tags.Section(
            [
                tags.H2(taken_title),
                build_table(taken_title, taken_headings, taken, stacks=True)
                if taken
                else tags.P(_("No number was taken.")),
            ]
        ),
    ]
