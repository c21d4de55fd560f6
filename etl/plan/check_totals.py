"""Rules about totals of other indicators (docs/arithmetic.md, C10)."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, Indicator, Measure, OverTime, ReportingFrequency, Source, Target
from etl.locale import N_
from etl.plan.issues import make_message
from etl.plan.rules import Rule, Violation, list_reporting_sites

FILE = "indicators"
_COMMON_COLUMNS = ("unit", "over_time", "across_sites", "reported", "counts_people")
"""The columns that a total shares with its terms."""
_ADDITIVE_VALUES: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("over_time", (OverTime.FLOW, OverTime.STOCK)),
    ("across_sites", (AcrossSites.SUM, AcrossSites.CENTRE)),
    ("reported", (ReportingFrequency.QUARTERLY, ReportingFrequency.ANNUAL)),
)

Path = tuple[str, ...]


def check_total_is_derived(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if not indicator.is_total:
        return
    if indicator.source is not Source.DERIVED:
        yield Violation(
            "source",
            make_message(
                N_("source is {source}, but sum_of is filled; write derived, or leave sum_of blank"),
                source=indicator.source,
            ),
        )
    if indicator.measure is not Measure.NUMBER:
        text = N_("measure is {measure}, but sum_of is filled; write number, or leave sum_of blank")
        yield Violation("measure", make_message(text, measure=indicator.measure))


def check_total_adds_up(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    for column, values in _ADDITIVE_VALUES if indicator.is_total else ():
        value = getattr(indicator, column)
        if value not in values:
            yield Violation(
                column,
                make_message(
                    N_("{column} is {value}, but a total adds up its terms; write {first} or {second}"),
                    column=column,
                    value=value,
                    first=values[0],
                    second=values[1],
                ),
            )


def check_terms_are_alike(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    for term in _list_known_terms(indicator, plan):
        if term.measure is not Measure.NUMBER:
            text = N_("sum_of names {term}, a {measure}, which can't be added up; name a plain number")
            yield Violation("sum_of", make_message(text, term=term.code, measure=term.measure))
            continue
        if term.unique_people:
            text = N_(
                "sum_of names {term}, which counts each person once, but a person who is in two terms would count"
                " twice; name other indicators"
            )
            yield Violation("sum_of", make_message(text, term=term.code))
        for column in _COMMON_COLUMNS:
            own, other = getattr(indicator, column), getattr(term, column)
            if own != other:
                yield Violation(
                    "sum_of",
                    make_message(
                        N_(
                            "{column} of {term} is {other}, but {column} of {indicator} is {own}; name indicators with"
                            " the same {column}"
                        ),
                        column=column,
                        term=term.code,
                        other=_format_value(other),
                        indicator=indicator.code,
                        own=_format_value(own),
                    ),
                )
        if indicator.whole and not term.whole:
            text = N_("whole is yes, but {term} may have decimals; write no")
            yield Violation("whole", make_message(text, term=term.code))


def check_nothing_is_counted_twice(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Check that a total doesn't reach itself, and doesn't reach another indicator on two ways."""
    paths: dict[str, Path] = {}
    pending: list[Path] = [(indicator.code, term) for term in indicator.sum_of]
    while pending:
        path = pending.pop(0)
        code = path[-1]
        if code == indicator.code:
            yield Violation(
                "sum_of",
                make_message(
                    N_("sum_of leads back to {code} itself ({path}); remove one of these terms"),
                    code=code,
                    path=_format_path(path),
                ),
            )
            return
        if code in path[:-1]:
            continue
        if code in paths:
            yield Violation(
                "sum_of",
                make_message(
                    N_("sum_of counts {code} twice ({first} and {second}); remove one of these terms"),
                    code=code,
                    first=_format_path(paths[code]),
                    second=_format_path(path),
                ),
            )
            return
        paths[code] = path
        term = plan.indicator_by_code.get(code)
        pending += [(*path, other) for other in term.sum_of] if term else []


def check_total_sites(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Check that a total is reported by the sites that report its terms, neither more nor fewer."""
    if not indicator.is_total or not indicator.reporting_sites:
        return
    terms = [plan.indicator_by_code[code] for code in plan.list_terms(indicator)]
    reporting = {site: term.code for term in terms for site in list_reporting_sites(term, plan)}
    extra = [site for site in indicator.reporting_sites if site not in reporting]
    if extra:
        yield Violation(
            "reporting_sites",
            make_message(
                N_("{sites} report none of the terms of {indicator}; remove them, or leave reporting_sites blank"),
                sites=", ".join(extra),
                indicator=indicator.code,
            ),
        )
    for site, term_code in reporting.items():
        if site not in indicator.reporting_sites:
            yield Violation(
                "reporting_sites",
                make_message(
                    N_("{site} reports {term}, a term of {indicator}; add it, or leave reporting_sites blank"),
                    site=site,
                    term=term_code,
                    indicator=indicator.code,
                ),
            )


def check_total_parts(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Each term has the parts of the total, so that they can be added up."""
    for term in _list_known_terms(indicator, plan):
        parts = {part.key: part for part in plan.list_parts(term.code)}
        for part in plan.list_parts(indicator.code):
            if part.key not in parts:
                text = N_("{indicator} has the part {part}, but {term} doesn't; add it to {term}, or remove it")
            elif part.exhaustive and not parts[part.key].exhaustive:
                text = N_(
                    "the part {part} of {indicator} is exhaustive, but that of {term} isn't; write the same in both"
                )
            else:
                continue
            message = make_message(text, indicator=indicator.code, part=part.key, term=term.code)
            yield Violation("sum_of", message)


def check_terms_add_up_to_target(target: Target, plan: Plan) -> Iterator[Violation]:
    """Warn if the targets of the terms don't add up to the total's; both are kept, since somebody planned each."""
    indicator = plan.indicator_by_code.get(target.indicator)
    if indicator is None or not indicator.is_total:
        return
    term_targets = [plan.find_target(code, target.site, target.year, target.part) for code in indicator.sum_of]
    values = [term_target.value for term_target in term_targets if term_target is not None]
    total = sum(values, Decimal(0))
    if len(values) == len(indicator.sum_of) and total != target.value:
        yield Violation(
            "value",
            make_message(
                N_("value is {value}, but the targets of {terms} add up to {total}; both are kept"),
                value=target.value,
                terms=", ".join(indicator.sum_of),
                total=total,
            ),
            "warning",
        )


def _list_known_terms(indicator: Indicator, plan: Plan) -> list[Indicator]:
    return [plan.indicator_by_code[code] for code in indicator.sum_of if code in plan.indicator_by_code]


def _format_value(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _format_path(path: Path) -> str:
    return " -> ".join(path)


RULES = (
    Rule(FILE, check_total_is_derived, ("sum_of", "source", "measure")),
    Rule(FILE, check_total_adds_up, ("sum_of", *(column for column, _ in _ADDITIVE_VALUES))),
    Rule(FILE, check_terms_are_alike, ("sum_of", "measure", "whole", *_COMMON_COLUMNS)),
    Rule(FILE, check_nothing_is_counted_twice, ("sum_of",)),
    Rule(FILE, check_total_sites, ("sum_of", "reporting_sites"), files=("sites",)),
    Rule(FILE, check_total_parts, ("sum_of",), files=("disaggregations",)),
    Rule("targets", check_terms_add_up_to_target, ("value", "year", "site", "part"), ("sum_of",)),
)
