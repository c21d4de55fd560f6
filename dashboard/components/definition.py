"""The reference sheet of an indicator: definition, unit, means of verification, responsible unit and more."""

from collections.abc import Collection
from typing import Any

from dashboard.components.markup import dcc, tags
from dashboard.selection import Selection, make_address
from etl.indicators.plans import Plan
from etl.indicators.stage_words import describe_stages
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording.participations import describe_new_people


def build_definition(indicator: Indicator, plan: Plan, selection: Selection) -> Any:
    """Return the reference sheet as a definition list. Empty fields are left out."""
    locale = selection.locale
    _ = locale.gettext
    programme_codes = {link.programme for link in plan.indicator_programmes if link.indicator == indicator.code}
    programme_links: list[Any] = []
    for programme in plan.programmes:
        if programme.code in programme_codes:
            address = make_address(selection, f"/staff/programme/{programme.code}")
            programme_links += [", ", dcc.Link(programme.name.get_text(locale.language), href=address)]
    totals = [item.code for item in plan.indicators if indicator.code in item.sum_of]
    facts = (
        (_("Definition"), indicator.definition.get_text(locale.language)),
        (_("People"), describe_new_people(indicator, locale)),
        (_("Unit"), indicator.unit_label.get_text(locale.language) or indicator.unit),
        (_("Stages"), describe_stages(indicator.stages).get_text(locale.language)),
        (_("Numerator"), indicator.numerator.get_text(locale.language)),
        (_("Denominator"), indicator.denominator.get_text(locale.language)),
        (_("Sum of"), _link_indicators(indicator.sum_of, plan, selection)),
        (_("Part of the totals"), _link_indicators(totals, plan, selection)),
        (_("Means of verification"), indicator.means_of_verification.get_text(locale.language)),
        (_("Responsible"), indicator.responsible.get_text(locale.language)),
        (
            _("Reporting sites"),
            ", ".join(site.name.get_text(locale.language) for site in plan.list_reporting_sites(indicator)),
        ),
        (_("Programmes and organisations"), programme_links[1:]),
        (_("Alignment"), indicator.alignment),
        (_("Baseline"), _format_baseline(indicator, locale)),
    )
    items = [item for name, fact in facts if fact for item in (tags.Dt(name), tags.Dd(fact))]
    return tags.Div(tags.Dl(items), className="explain")


def _link_indicators(codes: Collection[str], plan: Plan, selection: Selection) -> list[Any]:
    """Return links to the pages of indicators, with commas between them."""
    links: list[Any] = []
    for code in codes:
        name = plan.indicator_by_code[code].name.get_text(selection.locale.language)
        links += [", ", dcc.Link(f"{code} {name}", href=make_address(selection, f"/staff/indicator/{code}"))]
    return links[1:]


def _format_baseline(indicator: Indicator, locale: Locale) -> str:
    if indicator.baseline_value is None:
        return ""
    stage = indicator.find_stage(indicator.baseline_value)
    value = stage.label.get_text(locale.language) if stage is not None else f"{indicator.baseline_value:f}"
    return f"{value} ({indicator.baseline_year}, {indicator.baseline_provenance})"
