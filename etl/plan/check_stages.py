"""Rules about indicators that are measured in stages (docs/arithmetic.md, C5, D7 and E6 l)."""

from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.indicators.stage_words import find_stage_by_text, normalize_stage_text
from etl.indicators.vocabulary import (
    AcrossSites,
    Direction,
    Indicator,
    OverTime,
    Part,
    PercentRule,
    Source,
    Stage,
    Target,
    TargetBasis,
)
from etl.locale import N_
from etl.plan.issues import join_with_or, make_message
from etl.plan.rules import Rule, Violation

FILE = "stages"
_MIN_STAGES = 2
_FIRST_RANKS = (0, 1)
_RESERVED_WORDS = frozenset(("n/a", "nc", "មិនមានទិន្នន័យ"))
"""Entries that mean "not collected" in a return."""


def check_has_stages(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    count = len(indicator.stages)
    if indicator.is_stage and count < _MIN_STAGES:
        yield Violation(
            "measure",
            make_message(
                N_(
                    "measure is stage, but stages has {count} rows for {indicator}; add at least two, such as no"
                    " and yes"
                ),
                count=count,
                indicator=indicator.code,
            ),
        )


def check_stage_rules(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Check that stages are a level that rises, never added, averaged or divided."""
    if not indicator.is_stage:
        return
    allowed: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("over_time", indicator.over_time, (OverTime.STOCK,)),
        ("target_basis", indicator.target_basis, (TargetBasis.LEVEL,)),
        ("direction", indicator.direction, (Direction.INCREASE,)),
        ("percent_rule", indicator.percent_rule, (PercentRule.OF_TARGET,)),
        ("across_sites", indicator.across_sites, (AcrossSites.MINIMUM, AcrossSites.CENTRE)),
        ("source", indicator.source, (Source.RETURN,)),
        ("counts_people", "yes" if indicator.counts_people else "no", ("no",)),
    )
    for column, value, choices in allowed:
        if value not in choices:
            yield Violation(
                column,
                make_message(
                    N_("{column} is {value}, but measure is stage; write {choices}"),
                    column=column,
                    value=value,
                    choices=join_with_or(choices),
                ),
            )


def check_minimum_is_of_stages(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.across_sites is AcrossSites.MINIMUM and not indicator.is_stage:
        yield Violation(
            "across_sites",
            make_message(
                N_(
                    "across_sites is minimum, which is for stages only; write sum, mean, maximum or centre, or write"
                    " stage in measure"
                )
            ),
        )


def check_ratio_has_no_stages(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    references = (("numerator_ref", indicator.numerator_ref), ("denominator_ref", indicator.denominator_ref))
    for column, reference in references:
        target = plan.indicator_by_code.get(reference.indicator) if reference is not None else None
        if target is not None and target.is_stage:
            yield Violation(
                column,
                make_message(
                    N_("{column} is {ref}, which is measured in stages; name a plain number"),
                    column=column,
                    ref=target.code,
                ),
            )


def check_stage_has_no_parts(part: Part, plan: Plan) -> Iterator[Violation]:
    indicator = plan.indicator_by_code.get(part.indicator)
    if indicator is not None and indicator.is_stage:
        yield Violation(
            "indicator",
            make_message(
                N_("{indicator} is measured in stages, which have no parts; remove this row"), indicator=part.indicator
            ),
        )


def check_indicator_has_measure(stage: Stage, plan: Plan) -> Iterator[Violation]:
    indicator = plan.indicator_by_code[stage.indicator]
    if not indicator.is_stage:
        yield Violation(
            "indicator",
            make_message(
                N_("{indicator} has stages, but its measure is {measure}; write stage there, or remove this row"),
                indicator=stage.indicator,
                measure=indicator.measure,
            ),
        )


def check_rank(stage: Stage, plan: Plan) -> Iterator[Violation]:
    """Check that ranks rise by 1 from 0 or 1."""
    ranks = [other.rank for other in plan.indicator_by_code[stage.indicator].stages]
    parameters: dict[str, object] = {"rank": stage.rank, "indicator": stage.indicator}
    if ranks.count(stage.rank) > 1:
        text = N_("rank is {rank}, which another stage of {indicator} has too; write each rank once")
    elif stage.rank == ranks[0] and stage.rank not in _FIRST_RANKS:
        text = N_("rank is {rank}, but the first stage of {indicator} has the rank 0 or 1; write one of these")
    elif stage.rank > ranks[0] and stage.rank - 1 not in ranks:
        text = N_("rank is {rank}, but no stage of {indicator} has the rank {before}; write ranks without gaps")
        parameters["before"] = stage.rank - 1
    else:
        return
    yield Violation("rank", make_message(text, **parameters))


def check_words(stage: Stage, plan: Plan) -> Iterator[Violation]:
    """Check that no text names two stages, and that none has another meaning in a return."""
    stages = plan.indicator_by_code[stage.indicator].stages
    columns = {"code": stage.code, "label_en": stage.label.en, "label_km": stage.label.km}
    for column, text in columns.items():
        others = [other for other in stages if other.code != stage.code]
        other = find_stage_by_text(others, text) if text else None
        if other is not None:
            yield Violation(
                column,
                make_message(
                    N_("{column} is {text}, which also names the stage {other}; write other words"),
                    column=column,
                    text=repr(text),
                    other=other.code,
                ),
            )
        elif normalize_stage_text(text) in _RESERVED_WORDS:
            yield Violation(
                column,
                make_message(
                    N_('{column} is {text}, which means "not collected" in a return; write other words'),
                    column=column,
                    text=repr(text),
                ),
            )


def check_no_and_yes(stage: Stage, plan: Plan) -> Iterator[Violation]:
    """Check that yes is above no, and that a typed 1 can't mean no."""
    ranks = {"no": 0, "yes": 1}
    stages = plan.indicator_by_code[stage.indicator].stages
    if {other.code for other in stages} == ranks.keys() and stage.rank != ranks[stage.code]:
        yield Violation(
            "rank",
            make_message(
                N_("rank is {rank}, but no has the rank 0 and yes the rank 1; write {right}"),
                rank=stage.rank,
                right=ranks[stage.code],
            ),
        )


def check_site_reaches_centre(target: Target, plan: Plan) -> Iterator[Violation]:
    """Warn if a site's target is lower than the centre's, which is the lowest stage of all sites."""
    indicator = plan.indicator_by_code.get(target.indicator)
    centre = plan.find_target(target.indicator, "", target.year)
    if indicator is None or not target.site or centre is None or indicator.across_sites is not AcrossSites.MINIMUM:
        return
    if target.value < centre.value:
        yield Violation(
            "value",
            make_message(
                N_("value is {value}, but the centre's target is {centre}, which no site may be below; both are kept"),
                value=target.value,
                centre=centre.value,
            ),
            "warning",
        )


_RULE_COLUMNS = (
    "measure",
    "over_time",
    "target_basis",
    "direction",
    "percent_rule",
    "across_sites",
    "source",
    "counts_people",
)

RULES = (
    Rule("indicators", check_has_stages, ("measure",), files=("stages",)),
    Rule("indicators", check_stage_rules, _RULE_COLUMNS),
    Rule("indicators", check_minimum_is_of_stages, ("measure", "across_sites")),
    Rule("indicators", check_ratio_has_no_stages, ("numerator_ref", "denominator_ref")),
    Rule("disaggregations", check_stage_has_no_parts, ("indicator",), ("measure",)),
    Rule(FILE, check_indicator_has_measure, ("indicator",), ("measure",)),
    Rule(FILE, check_rank, ("indicator", "rank")),
    Rule(FILE, check_words, ("indicator", "code", "label_en", "label_km")),
    Rule(FILE, check_no_and_yes, ("indicator", "rank", "code")),
    Rule("targets", check_site_reaches_centre, ("value", "year", "site"), ("measure", "across_sites")),
)
