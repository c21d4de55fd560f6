"""Rules about provinces and districts: their codes and names in sites, and the targets of provinces."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from etl.indicators.plans import Plan
from etl.indicators.site_groups import get_district_code
from etl.indicators.vocabulary import AcrossSites, LocalizedText, Site, Target
from etl.locale import N_
from etl.plan.issues import make_message
from etl.plan.rules import Rule, Violation, list_reporting_sites

_PROVINCE_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


def check_province_code(site: Site, plan: Plan) -> Iterator[Violation]:
    if site.iso_3166_2 and not _PROVINCE_CODE.fullmatch(site.iso_3166_2):
        yield Violation(
            "iso_3166_2",
            make_message(
                N_("iso_3166_2 is {code}; write the code of a province, such as KH-3, or leave it blank"),
                code=repr(site.iso_3166_2),
            ),
        )


def check_code_is_no_province(site: Site, plan: Plan) -> Iterator[Violation]:
    """Check that a site doesn't have the code of a province, because a target names either by its code."""
    provinces = {province.code.casefold(): province for province in plan.provinces}
    province = provinces.get(site.code.casefold())
    if province is not None:
        yield Violation(
            "code",
            make_message(
                N_("code is {code}, which is also the province of {site}; write another code for the site"),
                code=site.code,
                site=province.sites[0],
            ),
        )


@dataclass(frozen=True)
class _Level:
    """A level of places: the field with its name, the column with its code, and the texts of its two warnings."""

    field: str
    code_column: str
    get_code: Callable[[Site], str]
    other_name: str
    no_code: str

    @property
    def name_columns(self) -> tuple[str, str]:
        return f"{self.field}_en", f"{self.field}_km"

    def get_names(self, site: Site) -> tuple[str, str]:
        name: LocalizedText = getattr(site, self.field)
        return name.en, name.km


_PROVINCE = _Level(
    "province",
    "iso_3166_2",
    lambda site: site.iso_3166_2,
    N_(
        "{column} is {name}, but {first_name} for {site}, which is in {code} as well; write the same"
        " name for both, until then the first one is used"
    ),
    N_(
        "iso_3166_2 is blank, so {site} is missing from the figures of {place}; write the code of the"
        " province, such as KH-3"
    ),
)
_DISTRICT = _Level(
    "district",
    "ncdd_code",
    get_district_code,
    N_(
        "{column} is {name}, but {first_name} for {site}, whose ncdd_code is in the district {code} as well; write the"
        " same name for both, or correct ncdd_code"
    ),
    N_(
        "ncdd_code has no district, so {place}, the district of {site}, has no code; write at least"
        " four digits, such as 0302"
    ),
)


def check_place_name(site: Site, plan: Plan, level: _Level) -> Iterator[Violation]:
    """Warn if sites give one place two names."""
    code = level.get_code(site)
    if not code:
        return
    first = next(other for other in plan.sites if level.get_code(other) == code)
    for column, name, first_name in zip(level.name_columns, level.get_names(site), level.get_names(first), strict=True):
        if name != first_name:
            message = make_message(
                level.other_name,
                column=column,
                name=repr(name),
                first_name=repr(first_name),
                site=first.code,
                code=code,
            )
            yield Violation(column, message, "warning")


def check_place_has_code(site: Site, plan: Plan, level: _Level) -> Iterator[Violation]:
    """Warn if a site has a place without a code, because it is then missing from that place."""
    name, _ = level.get_names(site)
    if name and not level.get_code(site):
        yield Violation(level.code_column, make_message(level.no_code, site=site.code, place=name), "warning")


def check_district_is_in_one_province(site: Site, plan: Plan) -> Iterator[Violation]:
    district = get_district_code(site)
    if not district:
        return
    first = next(other for other in plan.sites if get_district_code(other) == district)
    if first.iso_3166_2 != site.iso_3166_2:
        message = make_message(
            N_(
                "iso_3166_2 is {code}, but {first_code} for {site}, whose ncdd_code is in the district {district} as"
                " well; correct one of the four codes"
            ),
            code=repr(site.iso_3166_2),
            first_code=repr(first.iso_3166_2),
            site=first.code,
            district=district,
        )
        yield Violation("iso_3166_2", message, "warning")


def check_province_reports(target: Target, plan: Plan) -> Iterator[Violation]:
    """Check that a province with a target can have a figure."""
    indicator = plan.indicator_by_code.get(target.indicator)
    province = plan.province_by_code.get(target.site)
    if indicator is None or province is None:
        return
    if indicator.across_sites is AcrossSites.CENTRE:
        text = N_(
            "{province} is a province, but across_sites of {indicator} is centre, so only the centre has a value; leave"
            " site blank, or remove this row"
        )
    elif not set(province) & set(list_reporting_sites(indicator, plan)):
        text = N_(
            "no site of {province} reports {indicator}, so it can have no target; remove this row or add one of"
            " its sites to its reporting_sites"
        )
    else:
        return
    yield Violation("site", make_message(text, province=target.site, indicator=target.indicator))


RULES = (
    Rule("sites", check_province_code, ("iso_3166_2",)),
    Rule("sites", check_code_is_no_province, ("code",)),
    Rule("sites", check_district_is_in_one_province, ("iso_3166_2", "ncdd_code")),
    *(
        Rule("sites", partial(check, level=level), (level.code_column, *level.name_columns))
        for level in (_PROVINCE, _DISTRICT)
        for check in (check_place_name, check_place_has_code)
    ),
    Rule("targets", check_province_reports, ("site",), ("reporting_sites", "across_sites"), ("sites",)),
)
