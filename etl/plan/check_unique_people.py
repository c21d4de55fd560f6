"""Rules about indicators that count each person once (docs/arithmetic.md, B7)."""

from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, Indicator, Source
from etl.locale import N_
from etl.plan.issues import make_message
from etl.plan.rules import Rule, Violation

FILE = "indicators"


def check_people_are_counted(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.counts_new_people and not indicator.counts_people:
        yield Violation(
            "unique",
            make_message(
                N_(
                    "unique is register, but counts_people is no; write yes in counts_people, or leave unique"
                    " blank if it doesn't count people"
                )
            ),
        )


def check_new_people_are_added_over_time(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.counts_new_people and not indicator.is_number_flow:
        yield Violation(
            "unique",
            make_message(
                N_(
                    "unique is register, but only the new people of each quarter add up; write number in measure"
                    " and flow in over_time, or leave unique blank"
                )
            ),
        )


def check_new_people_are_added_over_sites(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.counts_new_people and indicator.across_sites not in (AcrossSites.SUM, AcrossSites.CENTRE):
        yield Violation(
            "across_sites",
            make_message(
                N_(
                    "across_sites is {across_sites}, but unique is register and the new people of the sites add up;"
                    " write sum or centre, or leave unique blank"
                ),
                across_sites=indicator.across_sites,
            ),
        )


def check_new_people_are_reported(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.counts_new_people and indicator.source is not Source.RETURN:
        yield Violation(
            "unique",
            make_message(
                N_(
                    "unique is register, but source is {source}, and only sites have a register; write return in"
                    " source, or leave unique blank"
                ),
                source=indicator.source,
            ),
        )


RULES = (
    Rule(FILE, check_people_are_counted, ("unique", "counts_people")),
    Rule(FILE, check_new_people_are_added_over_time, ("unique", "measure", "over_time")),
    Rule(FILE, check_new_people_are_added_over_sites, ("unique", "across_sites")),
    Rule(FILE, check_new_people_are_reported, ("unique", "source")),
)
