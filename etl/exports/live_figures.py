"""Export the present figures as the API gives them to staff: in the columns of an edition, as JSON and CSV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from etl.exports.edition.about import list_notices
from etl.exports.edition.chosen_figures import UnknownFilterError, select_keys
from etl.exports.edition.csv_file import render_chosen_figures_csv
from etl.exports.edition.json_response import render_tables_json
from etl.exports.edition.tables import FIGURES, INDICATORS, OBJECTIVES, PARTS, SITES, TARGETS
from etl.exports.figure_rows import format_plain_number
from etl.indicators.editions import EditionContents
from etl.queries.edition_figures import (
    compute_edition_figure,
    iterate_figure_requests,
    list_target_revisions,
)
from etl.queries.live_figures import make_live_edition
from etl.queries.scope import QueryScope

LIVE_PATH = "/api/v1/live/figures"
LIVE_TABLES = (FIGURES, INDICATORS, OBJECTIVES, SITES, PARTS, TARGETS)
UNAPPROVED = "unapproved"
"""The parameter that leaves out returns which are not approved, as on staff pages."""
UNAPPROVED_VALUES = ("yes", "no")

_NOT_PUBLIC = "Not published: small counts of people are not withheld. Do not pass these numbers on."
_UNAPPROVED = "Submitted returns that are not approved yet count too."
_APPROVED = "Approved returns only."
_MISSING = "A missing number is not zero: it has no value, and a state that says why."


@dataclass(frozen=True)
class LiveFigures:
    """The chosen figures with the plan that they belong to."""

    contents: EditionContents
    data_version: int
    include_unapproved: bool


def read_unapproved(filters: Mapping[str, Sequence[str]]) -> bool:
    """Return whether returns that are not approved count: yes, unless the parameter says no.

    UnknownFilterError for any other value.
    """
    values = filters.get(UNAPPROVED, UNAPPROVED_VALUES[:1])
    if len(values) != 1 or values[0] not in UNAPPROVED_VALUES:
        raise UnknownFilterError(f"{UNAPPROVED} is one of: {', '.join(UNAPPROVED_VALUES)}.")
    return values[0] == UNAPPROVED_VALUES[0]


def choose_live_figures(scope: QueryScope, filters: Mapping[str, Sequence[str]]) -> LiveFigures:
    """Return the figures that match every parameter of the API, in the order of an edition's files.

    Only these are computed. UnknownFilterError for an unknown parameter or value.
    """
    edition = make_live_edition(scope)
    requests = {request.key: request for request in iterate_figure_requests(scope, edition.quarter, edition.closed)}
    edition_filters = {name: values for name, values in filters.items() if name != UNAPPROVED}
    keys = select_keys(EditionContents(edition, ()), tuple(requests), edition_filters, others=(UNAPPROVED,))
    chosen = [requests[key] for key in keys]
    edition = replace(edition, target_revisions=list_target_revisions(scope, chosen))
    figures = tuple(compute_edition_figure(scope, request) for request in chosen)
    return LiveFigures(EditionContents(edition, figures), scope.snapshot.data_version, scope.include_unapproved)


def render_live_json(live: LiveFigures) -> bytes:
    """Return the facts and tables as the response of an edition has them, with exact numbers and null for no value."""
    contents = live.contents
    return render_tables_json({"live": describe_live_figures(live)}, LIVE_TABLES, contents, contents.figures)


def render_live_csv(live: LiveFigures) -> bytes:
    """Return the figures with the columns of an edition's file."""
    return render_chosen_figures_csv(live.contents.figures, live.contents)


def describe_live_figures(live: LiveFigures) -> dict[str, Any]:
    """Return when and of what the figures are, as plain data."""
    edition, settings = live.contents.edition, live.contents.plan.settings
    return {
        "quarter": str(edition.quarter),
        "as_of": edition.as_of.isoformat(),
        "data_version": live.data_version,
        "unapproved": live.include_unapproved,
        "plan_en": settings.name.en,
        "plan_km": settings.name.km,
        "first_year": settings.first_year,
        "last_year": settings.last_year,
        "plan_version": edition.plan_version,
        "provisional": live.contents.plan.is_provisional,
        "sample_data": edition.has_sample_data,
        "notes": [
            *list_notices(live.contents),
            _NOT_PUBLIC,
            f"{_UNAPPROVED if live.include_unapproved else _APPROVED} {_MISSING}",
        ],
        "counted_quarter": str(edition.counted or ""),
        "time_gone": format_plain_number(edition.time_gone),
        "returns_received": edition.returns_received,
        "returns_expected": edition.returns_expected,
    }
