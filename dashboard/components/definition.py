"""The reference sheet of an indicator: what it counts, how, from where, for whom."""

from typing import Any

from dashboard.components.plain import dcc, html
from dashboard.selection import Selection, address_of
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import speak


def build_definition(indicator: Indicator, plan: Plan, selection: Selection) -> Any:
    """Everything that the plan says of the indicator, in words."""
    language = selection.language
    say = speak(language)
    linked = {one.programme for one in plan.indicator_programmes if one.indicator == indicator.code}
    supported: list[Any] = []
    for one in plan.programmes:
        if one.code in linked:
            address = address_of(selection, f"/staff/programme/{one.code}")
            supported += [", ", dcc.Link(one.name.in_language(language), href=address)]
    facts = (
        (say("Definition"), indicator.definition.in_language(language)),
        (say("Unit"), indicator.unit_label.in_language(language) or indicator.unit),
        (say("Numerator"), indicator.numerator.in_language(language)),
        (say("Denominator"), indicator.denominator.in_language(language)),
        (say("Means of verification"), indicator.means_of_verification.in_language(language)),
        (say("Responsible"), indicator.responsible.in_language(language)),
        (
            say("Reporting sites"),
            ", ".join(site.name.in_language(language) for site in plan.reporting_sites(indicator)),
        ),
        (say("Programmes and partners"), supported[1:]),
        (say("Alignment"), indicator.alignment),
        (say("Baseline"), _baseline(indicator, language)),
    )
    listed = [item for name, fact in facts if fact for item in (html.Dt(name), html.Dd(fact))]
    return html.Section([html.H2(say("Definition")), html.Dl(listed)], className="explain", id="definition")


def _baseline(indicator: Indicator, language: str) -> str:
    if indicator.baseline_value is None:
        return ""
    return f"{indicator.baseline_value:f} ({indicator.baseline_year}, {indicator.baseline_provenance})"
