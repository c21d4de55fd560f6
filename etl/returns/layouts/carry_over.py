"""Keep the numbers of a site and quarter that a table does not contain, or say which ones would become blank."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis, ReportingFrequency
from etl.returns.findings.finding import make_finding
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormError, list_form_rows

MAX_LISTED_KEYS = 40


class RestChoice(StrEnum):
    """What happens to the numbers of the current return that a table does not contain."""

    KEEP = "keep"
    BLANK = "blank"


@dataclass(frozen=True)
class CurrentReturn:
    """The return that a return from a table would supersede."""

    id: int
    basis: Basis
    cells: tuple[ParsedCell, ...]


def apply_rest_choice(
    parsed: ParsedReturn, current: CurrentReturn | None, plan: Plan, choice: RestChoice
) -> ParsedReturn:
    """Return the return with the other numbers of the current one, or with a warning that they become blank."""
    own_keys = set(parsed.cell_by_key)
    rest = [cell for cell in current.cells if cell.key not in own_keys] if current is not None else []
    if current is None or not rest:
        return parsed
    details = {"site": parsed.site, "quarter": str(parsed.quarter), "return_id": str(current.id)}
    if choice is RestChoice.BLANK:
        keys = _list_keys(rest)
        finding = make_finding("layout-rest-blank", **details, count=len(rest), keys=keys)
        return replace(parsed, findings=(*parsed.findings, finding))
    try:
        rows = {row.key: row for row in list_form_rows(plan, parsed.site, parsed.quarter)}
    except FormError:
        rows = {}
    lost = [cell for cell in rest if cell.key not in rows]
    kept = [cell for cell in rest if cell.key in rows]
    findings = [finding for finding in parsed.findings if finding.code != "layout-not-in-table"]
    if lost:
        findings.append(make_finding("layout-rest-blank", **details, count=len(lost), keys=_list_keys(lost)))
    basis = _join_bases(parsed, current, kept, plan)
    if basis is None:
        # Flows of the other kind would only fail checks, with findings about cells that the table doesn't have.
        return replace(parsed, findings=(*findings, make_finding("layout-rest-basis", **details)))
    if kept:
        findings.append(make_finding("layout-rest-stays", **details, count=len(kept)))
    cells = {cell.key: cell for cell in (*kept, *parsed.cells)}
    chosen_rows = tuple(row for key, row in rows.items() if key in cells)
    ordered_cells = tuple(cells[row.key] for row in chosen_rows)
    return replace(parsed, basis=basis, rows=chosen_rows, cells=ordered_cells, findings=tuple(findings))


def _join_bases(parsed: ParsedReturn, current: CurrentReturn, kept: Iterable[ParsedCell], plan: Plan) -> Basis | None:
    """Return the basis of the joined numbers; None if flows of both kinds would be in one return."""
    if parsed.basis is current.basis or parsed.quarter.number == 1 or not _has_flows(kept, plan):
        return parsed.basis
    return None if _has_flows(parsed.cells, plan) else current.basis


def _has_flows(cells: Iterable[ParsedCell], plan: Plan) -> bool:
    indicators = (plan.indicator_by_code.get(cell.key.indicator) for cell in cells)
    return any(
        indicator is not None and indicator.is_flow and indicator.reported is ReportingFrequency.QUARTERLY
        for indicator in indicators
    )


def _list_keys(cells: list[ParsedCell]) -> str:
    keys = ", ".join(str(cell.key) for cell in cells[:MAX_LISTED_KEYS])
    return keys if len(cells) <= MAX_LISTED_KEYS else f"{keys}, ... (+{len(cells) - MAX_LISTED_KEYS})"
