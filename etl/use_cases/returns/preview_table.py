"""Describe in the reader's language what a table of another layout contains, and import it from a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from etl.locale import Locale
from etl.queries.data_source import DataSource
from etl.queries.localized_findings import LocalizedFindings, Severity, localize_findings
from etl.queries.number_account import NumberAccount, localize_account
from etl.queries.saved_layouts import find_layout, list_layouts
from etl.returns.layouts.carry_over import RestChoice
from etl.returns.layouts.layout import Layout
from etl.use_cases.returns.import_return import ImportOutcome, ImportResult
from etl.use_cases.returns.import_table import TableImport, check_table, import_table

MAX_RETURNS_ON_PAGE = 60
"""Larger tables are imported on the command line, since each return is its own transaction."""


@dataclass(frozen=True)
class TablePreview:
    """The account of a table's numbers, its findings and its returns. Nothing is stored."""

    name: str
    account: NumberAccount
    findings: LocalizedFindings
    returns: tuple[ImportResult, ...]
    other_sites: tuple[str, ...]
    """Sites in the table for which the reader may not submit returns."""
    is_refused: bool

    @property
    def can_import(self) -> bool:
        """Whether the page may import the table: some return is acceptable, and all are of the reader's sites.

        Warnings must be confirmed one by one, which the page does not offer; such a table is imported on the command
        line.
        """
        is_small = len(self.returns) <= MAX_RETURNS_ON_PAGE
        has_returns = any(result.outcome is ImportOutcome.CHECKED for result in self.returns)
        has_warnings = bool(self.findings.count(Severity.WARNING))
        return is_small and has_returns and not has_warnings and not self.is_refused and not self.other_sites


def list_layout_choices(source: DataSource) -> list[tuple[str, str]]:
    """Return the name of each layout, twice: as the value and as the text of an option."""
    return [(layout.name, layout.name) for layout in list_layouts(source.engine)]


def preview_table(
    source: DataSource,
    name: str,
    data: bytes,
    *,
    layout: str | Layout,
    site: str,
    rest: str,
    now: datetime,
    locale: Locale,
    can_access_site: Callable[[str], bool],
) -> TablePreview:
    """Check a table. Findings of returns are left out if the reader may not submit one of them.

    Of a layout that is not saved yet, the account says where it takes the numbers, also of returns with errors.
    """
    chosen = find_layout(source.engine, layout) if isinstance(layout, str) else layout
    table = check_table(
        source, name, data, layout=chosen, now=now, site=site, rest=RestChoice(rest), with_effects=False
    )
    account = table.account if isinstance(layout, str) else table.layout_account
    return _make_preview(table, localize_account(account, locale), locale, can_access_site)


def import_table_on_page(
    source: DataSource, name: str, data: bytes, *, layout: str, site: str, rest: str, now: datetime, actor: str
) -> tuple[ImportResult, ...]:
    """Submit the returns of a table that `preview_table` accepts, and return the result of each."""
    table = import_table(
        source.engine,
        name,
        data,
        layout=find_layout(source.engine, layout),
        actor=actor,
        now=now,
        site=site,
        rest=RestChoice(rest),
    )
    return table.returns


def _make_preview(
    table: TableImport, account: NumberAccount, locale: Locale, can_access_site: Callable[[str], bool]
) -> TablePreview:
    sites = dict.fromkeys(result.site for result in table.returns)
    other_sites = tuple(code for code in sites if not can_access_site(code))
    findings = list(table.findings)
    if not other_sites:
        findings += [finding for result in table.returns for finding in result.findings]
    return TablePreview(
        name=table.name,
        account=account,
        findings=localize_findings(findings, locale),
        returns=() if other_sites else table.returns,
        other_sites=other_sites,
        is_refused=table.is_refused,
    )
