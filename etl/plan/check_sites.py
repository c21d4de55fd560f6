"""Rules about sites, site aliases, disaggregations and objectives."""

import re
from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Objective, Part, Site, SiteAlias
from etl.locale import N_
from etl.plan.issues import make_message
from etl.plan.rules import Rule, Violation

_NCDD = re.compile(r"([0-9]{2}){1,4}")


def check_quarters(site: Site, plan: Plan) -> Iterator[Violation]:
    if site.reports_from and site.closed_after and site.reports_from > site.closed_after:
        yield Violation(
            "closed_after",
            make_message(
                N_("closed_after is {closed_after}, before reports_from {reports_from}; write a later quarter"),
                closed_after=site.closed_after,
                reports_from=site.reports_from,
            ),
        )


def check_ncdd_code(site: Site, plan: Plan) -> Iterator[Violation]:
    """Check the digits of a code: an odd number means that a spreadsheet dropped a leading zero."""
    if site.ncdd_code and not _NCDD.fullmatch(site.ncdd_code):
        yield Violation(
            "ncdd_code",
            make_message(
                N_("ncdd_code is {ncdd_code}; write 2, 4, 6 or 8 digits as text, the leading zero too"),
                ncdd_code=repr(site.ncdd_code),
            ),
        )


def check_single_centre(site: Site, plan: Plan) -> Iterator[Violation]:
    first = next((other for other in plan.sites if other.is_centre), site)
    if site.is_centre and site is not first:
        yield Violation(
            "is_centre",
            make_message(
                N_("is_centre is yes, but {first} is the centre already; write no for one of them"),
                first=first.code,
            ),
        )


def check_alias(alias: SiteAlias, plan: Plan) -> Iterator[Violation]:
    other_sites = [site for site in plan.sites if site.code != alias.site]
    matches = [
        site.code
        for site in other_sites
        if alias.alias.casefold() in (site.code.casefold(), site.name.en.casefold(), site.name.km)
    ]
    if matches:
        yield Violation(
            "alias",
            make_message(
                N_("alias {alias} of {site} is the name of {other}; remove it"),
                alias=repr(alias.alias),
                site=alias.site,
                other=matches[0],
            ),
        )


def check_part_of_number(part: Part, plan: Plan) -> Iterator[Violation]:
    indicator = plan.indicator_by_code.get(part.indicator)
    if indicator is not None and indicator.is_ratio:
        yield Violation(
            "indicator",
            make_message(
                N_("{indicator} is a ratio, and a ratio has no parts; remove this row, or make the part an indicator"),
                indicator=part.indicator,
            ),
        )


def check_dimension_is_consistent(part: Part, plan: Plan) -> Iterator[Violation]:
    first = next(other for other in plan.list_parts(part.indicator) if other.dimension == part.dimension)
    if part.exhaustive is not first.exhaustive:
        answer = "yes" if first.exhaustive else "no"
        yield Violation(
            "exhaustive",
            make_message(
                N_(
                    "exhaustive differs from the first row of {indicator} {dimension} ({first}); write the"
                    " same in all rows of a dimension"
                ),
                indicator=part.indicator,
                dimension=part.dimension,
                first=answer,
            ),
        )


def check_objective_has_indicators(objective: Objective, plan: Plan) -> Iterator[Violation]:
    if not plan.list_indicators(objective.code):
        yield Violation(
            "code",
            make_message(N_("no indicator belongs to {code}; its page will be empty"), code=objective.code),
            "warning",
        )


RULES = (
    Rule("objectives", check_objective_has_indicators, files=("indicators",)),
    Rule("disaggregations", check_part_of_number, ("indicator",), ("measure",)),
    Rule("disaggregations", check_dimension_is_consistent, ("exhaustive", "dimension")),
    Rule("sites", check_quarters, ("reports_from", "closed_after")),
    Rule("sites", check_ncdd_code, ("ncdd_code",)),
    Rule("sites", check_single_centre, ("is_centre",)),
    Rule("site_aliases", check_alias, ("site", "alias"), files=("sites",)),
)
