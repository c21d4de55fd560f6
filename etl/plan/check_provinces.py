"""Rules about provinces: their codes and names in sites, and their targets."""

import re
from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, Site, Target
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


def check_province_name(site: Site, plan: Plan) -> Iterator[Violation]:
    """Warn if sites give one province two names; the first one is used."""
    if not site.iso_3166_2:
        return
    first = next(other for other in plan.sites if other.iso_3166_2 == site.iso_3166_2)
    for column, name, first_name in (
        ("province_en", site.province.en, first.province.en),
        ("province_km", site.province.km, first.province.km),
    ):
        if name != first_name:
            yield Violation(
                column,
                make_message(
                    N_(
                        "{column} is {name}, but {first_name} for {site}, which is in {code} as well; write the same"
                        " name for both, until then the first one is used"
                    ),
                    column=column,
                    name=repr(name),
                    first_name=repr(first_name),
                    site=first.code,
                    code=site.iso_3166_2,
                ),
                "warning",
            )


def check_province_has_code(site: Site, plan: Plan) -> Iterator[Violation]:
    """Warn if a site has a province without a code, because it is then missing from that province's figures."""
    if site.province.en and not site.iso_3166_2:
        yield Violation(
            "iso_3166_2",
            make_message(
                N_(
                    "iso_3166_2 is blank, so {site} is missing from the figures of {province}; write the code of the"
                    " province, such as KH-3"
                ),
                site=site.code,
                province=site.province.en,
            ),
            "warning",
        )


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
    Rule("sites", check_province_name, ("iso_3166_2", "province_en", "province_km")),
    Rule("sites", check_province_has_code, ("iso_3166_2", "province_en")),
    Rule("targets", check_province_reports, ("site",), ("reporting_sites", "across_sites"), ("sites",)),
)
