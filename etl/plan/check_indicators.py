"""Rules about the definition of an indicator (docs/arithmetic.md, section 2)."""

from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import (
    AcrossSites,
    Indicator,
    OverTime,
    PercentRule,
    ReportingFrequency,
    Source,
    TargetBasis,
)
from etl.locale import N_
from etl.plan.issues import Message, make_message, suggest_name
from etl.plan.rules import Rule, Violation, list_reporting_sites

FILE = "indicators"


def check_level_basis(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if not indicator.is_flow and indicator.target_basis is not TargetBasis.LEVEL:
        yield Violation(
            "target_basis",
            make_message(
                N_(
                    "target_basis is {target_basis}, but over_time is {over_time}, which doesn't add up"
                    " over time; write level, or write flow in over_time"
                ),
                target_basis=indicator.target_basis,
                over_time=indicator.over_time,
            ),
        )


def check_flow_basis(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    basis = indicator.target_basis
    if indicator.is_ratio_flow and basis is not TargetBasis.ANNUAL:
        yield Violation(
            "target_basis",
            make_message(
                N_(
                    "target_basis is {basis}, but a share of a flow is assessed year by year; write annual, or"
                    " write stock in over_time"
                ),
                basis=basis,
            ),
        )
    if indicator.is_number_flow and basis is TargetBasis.LEVEL:
        yield Violation(
            "target_basis",
            make_message(
                N_(
                    "target_basis is level, but a flow has no level at year's end; write annual or"
                    " cumulative, or write stock in over_time"
                )
            ),
        )


def check_cumulative_change(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.target_basis is TargetBasis.CUMULATIVE and indicator.percent_rule is PercentRule.OF_CHANGE:
        yield Violation(
            "percent_rule",
            make_message(
                N_("percent_rule is of_change, but a cumulative target has no baseline to change from; write of_target")
            ),
        )


def check_ratio_is_of_sums(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.is_ratio and indicator.over_time in (OverTime.AVERAGE, OverTime.MAXIMUM):
        yield Violation(
            "over_time",
            make_message(
                N_("over_time is {over_time}, but a ratio is formed from summed pairs; write flow or stock"),
                over_time=indicator.over_time,
            ),
        )
    if indicator.is_ratio and indicator.across_sites in (AcrossSites.MAXIMUM, AcrossSites.MEAN):
        yield Violation(
            "across_sites",
            make_message(
                N_("across_sites is {across_sites}, but a ratio is formed from summed pairs; write sum or centre"),
                across_sites=indicator.across_sites,
            ),
        )


def check_ratio_names_its_parts(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.is_ratio and not indicator.numerator.en:
        yield Violation(
            "numerator_en",
            make_message(N_("numerator_en is blank; say in words what this ratio's numerator counts")),
        )
    if indicator.is_ratio and not indicator.denominator.en:
        yield Violation(
            "denominator_en",
            make_message(N_("denominator_en is blank; say in words what this ratio's denominator counts")),
        )


def check_scale(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.is_ratio and indicator.unit == "%" and indicator.scale != 100:
        yield Violation(
            "scale", make_message(N_("scale is {scale}, but the unit is %; write 100"), scale=indicator.scale)
        )
    elif indicator.scale <= 0:
        yield Violation(
            "scale",
            make_message(N_("scale is {scale}; write a number above 0, such as 1 or 100"), scale=indicator.scale),
        )
    elif not indicator.is_ratio and indicator.scale != 1:
        yield Violation(
            "scale",
            make_message(N_("scale is {scale}, but only a ratio is scaled; write 1"), scale=indicator.scale),
        )


def check_derived_has_both_parts(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.source is not Source.DERIVED:
        return
    if not indicator.is_ratio and not indicator.is_total:
        yield Violation(
            "source",
            make_message(
                N_(
                    "source is derived, but neither a ratio nor a total; write ratio in measure, or name the indicators"
                    " to add up in sum_of"
                )
            ),
        )
    for column, reference in (
        ("numerator_ref", indicator.numerator_ref),
        ("denominator_ref", indicator.denominator_ref),
    ):
        if reference is None and indicator.is_ratio:
            yield Violation(
                column,
                make_message(
                    N_(
                        "{column} is blank, but source is derived; write the key of a number, or write return in source"
                    ),
                    column=column,
                ),
            )


def check_return_has_own_numbers(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    has_both_references = indicator.numerator_ref is not None and indicator.denominator_ref is not None
    if indicator.source is Source.RETURN and has_both_references:
        yield Violation(
            "source",
            make_message(
                N_("source is return, but numerator and denominator both come from other numbers; write derived")
            ),
        )


def check_refs(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Check that references name numbers from returns. A ratio is not one, so references can't form a cycle."""
    for column, reference in (
        ("numerator_ref", indicator.numerator_ref),
        ("denominator_ref", indicator.denominator_ref),
    ):
        if reference is None or indicator.source is Source.SYSTEM:
            continue
        target = plan.indicator_by_code.get(reference.indicator)
        parts = [part.key for part in plan.list_parts_and_participations(reference.indicator)]
        suggestion: Message | str = ""
        if not indicator.is_ratio:
            text = N_("{column} is {ref}, but only a ratio has a numerator and a denominator; leave it blank")
        elif target is None:
            text = N_("{column} is {ref}, and {indicator} is not an indicator of this plan{near}")
            suggestion = suggest_name(reference.indicator, plan.indicator_by_code)
        elif target.is_ratio:
            text = N_("{column} is {ref}, which is a ratio; name a plain number")
        elif target.source is not Source.RETURN:
            text = N_("{column} is {ref}, which is in no return; name a number that sites report")
        elif reference.part and reference.part not in parts:
            text = N_("{column} is {ref}, and {indicator} has no part {part} in disaggregations{near}")
            suggestion = suggest_name(reference.part, parts)
        else:
            continue
        yield Violation(
            column,
            make_message(
                text, column=column, ref=reference, indicator=reference.indicator, part=reference.part, near=suggestion
            ),
        )


def check_sources_are_reported(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Warn of sites that report the ratio but not the indicators it is formed from."""
    for reference in {
        reference.indicator: reference
        for reference in (indicator.numerator_ref, indicator.denominator_ref)
        if reference
    }.values():
        target = plan.indicator_by_code.get(reference.indicator)
        missing = [
            code
            for code in list_reporting_sites(indicator, plan)
            if target and code not in list_reporting_sites(target, plan)
        ]
        if missing and indicator.is_ratio:
            yield Violation(
                "reporting_sites",
                make_message(
                    N_(
                        "{sites} can never have this ratio, since {indicator} isn't reported there; remove the"
                        " site here or add it there"
                    ),
                    sites=", ".join(missing),
                    indicator=reference.indicator,
                ),
                "warning",
            )


def check_system(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.source is not Source.SYSTEM:
        return
    if not indicator.is_ratio:
        yield Violation(
            "measure",
            make_message(
                N_("measure is number, but source is system, which is a share of the returns due; write ratio")
            ),
        )
    if indicator.reporting_sites:
        yield Violation(
            "reporting_sites",
            make_message(N_("reporting_sites is filled, but source is system and no site reports it; leave it blank")),
        )
    for column, reference in (
        ("numerator_ref", indicator.numerator_ref),
        ("denominator_ref", indicator.denominator_ref),
    ):
        if reference is not None:
            yield Violation(
                column,
                make_message(
                    N_("{column} is {ref}, but source is system; leave it blank, or write derived in source"),
                    column=column,
                    ref=reference,
                ),
            )


def check_season(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.season is None:
        return
    if not indicator.is_number_flow or indicator.target_basis is not TargetBasis.ANNUAL:
        yield Violation(
            "season_q1",
            make_message(
                N_(
                    "season_q1 to season_q4 are filled, but only an annual amount of a flow has a season;"
                    " leave them blank"
                )
            ),
        )
    elif sum(indicator.season) != 1:
        yield Violation(
            "season_q1",
            make_message(
                N_("season_q1 to season_q4 add up to {total}; make them add up to 1"), total=sum(indicator.season)
            ),
        )


def check_baseline(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    last = plan.settings.last_year
    if indicator.baseline_year is None and indicator.baseline_value is not None:
        yield Violation(
            "baseline_year",
            make_message(N_("baseline_year is blank, but there is a baseline_value; write the year of the baseline")),
        )
    elif indicator.baseline_year is not None and indicator.baseline_year > last:
        yield Violation(
            "baseline_year",
            make_message(
                N_("baseline_year is {baseline_year}, after the plan's last year {last}; write an earlier one"),
                baseline_year=indicator.baseline_year,
                last=last,
            ),
        )


def check_thresholds(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    on_track = plan.settings.on_track if indicator.on_track is None else indicator.on_track
    at_risk = plan.settings.at_risk if indicator.at_risk is None else indicator.at_risk
    if (indicator.on_track is not None or indicator.at_risk is not None) and at_risk > on_track:
        yield Violation(
            "at_risk",
            make_message(
                N_(
                    "at risk from {at_risk} is above on track from {on_track}; write a lower at_risk or a"
                    " higher on_track"
                ),
                at_risk=at_risk,
                on_track=on_track,
            ),
        )


def check_successor(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.successor == indicator.code:
        yield Violation(
            "successor",
            make_message(
                N_("successor is {code} itself; name another indicator or leave it blank"), code=indicator.code
            ),
        )
    elif indicator.successor and indicator.successor not in plan.indicator_by_code:
        yield Violation(
            "successor",
            make_message(
                N_(
                    "successor {successor} is not an indicator of this plan{near}; this is correct if the next"
                    " plan adds it"
                ),
                successor=repr(indicator.successor),
                near=suggest_name(indicator.successor, plan.indicator_by_code),
            ),
            "warning",
        )


def check_milestones(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.reported is ReportingFrequency.MILESTONE and not any(
        target.indicator == indicator.code for target in plan.targets
    ):
        yield Violation(
            "reported",
            make_message(
                N_(
                    "reported is milestone, but targets has no row for it, so it would never be reported; add"
                    " a target or write annual"
                )
            ),
            "warning",
        )


RULES = (
    Rule(FILE, check_level_basis, ("over_time", "target_basis")),
    Rule(FILE, check_flow_basis, ("measure", "over_time", "target_basis")),
    Rule(FILE, check_cumulative_change, ("target_basis", "percent_rule")),
    Rule(FILE, check_ratio_is_of_sums, ("measure", "over_time", "across_sites")),
    Rule(FILE, check_ratio_names_its_parts, ("measure", "numerator_en", "denominator_en")),
    Rule(FILE, check_scale, ("measure", "unit", "scale")),
    Rule(FILE, check_derived_has_both_parts, ("measure", "source", "sum_of", "numerator_ref", "denominator_ref")),
    Rule(FILE, check_return_has_own_numbers, ("measure", "source", "numerator_ref", "denominator_ref")),
    Rule(FILE, check_refs, ("measure", "source", "numerator_ref", "denominator_ref"), files=("disaggregations",)),
    Rule(
        FILE,
        check_sources_are_reported,
        ("measure", "numerator_ref", "denominator_ref", "reporting_sites"),
        files=("sites",),
    ),
    Rule(FILE, check_system, ("measure", "source", "reporting_sites", "numerator_ref", "denominator_ref")),
    Rule(
        FILE, check_season, ("measure", "over_time", "target_basis", "season_q1", "season_q2", "season_q3", "season_q4")
    ),
    Rule(FILE, check_baseline, ("baseline_year", "baseline_value"), files=("plan",)),
    Rule(FILE, check_thresholds, ("on_track", "at_risk")),
    Rule(FILE, check_successor, ("successor",)),
    Rule(FILE, check_milestones, ("reported",), files=("targets",)),
)
