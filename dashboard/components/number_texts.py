"""Texts about a number and its sources, on its page and in the drawer."""

from dashboard.access.context import PageContext
from dashboard.components.site_choice import join_names
from etl.indicators.periods import Quarter
from etl.locale import N_
from etl.queries.number_source import NumberSource
from etl.wording import describe_period

MAX_CARRIED_SITES = 20
"""Explanations name at most this many sites whose level is carried over."""


def describe_choice(
    page: PageContext,
    source: NumberSource,
    names: dict[str, str],
    *,
    is_to_date: bool,
    start: Quarter | None = None,
) -> str:
    """Return period, sites, approval and plan version as one line. `start` is where a total to date begins."""
    _ = page.gettext
    approval = _("including returns pending approval")
    if not page.selection.include_unapproved:
        approval = _("approved returns only")
    version = _("assessed against plan version {number}", number=source.figure.plan_version)
    period = source.figure.requested_period if source.part is not None else source.figure.period
    period_text = describe_period(source.figure.requested_period, page.locale)
    if period != source.figure.requested_period and source.indicator.is_ratio_flow:
        period_text = _(
            "{period}, based on its latest year {year}", period=period_text, year=describe_period(period, page.locale)
        )
    if is_to_date and start is not None:
        period_text = _("{start} to {end}", start=page.locale.format_quarter(start), end=period_text)
    elif is_to_date:
        period_text = _("to date, at the end of {quarter}", quarter=period_text)
    sites = _("all sites")
    if page.selection.sites or len(source.sites) < 2:
        sites = join_names([names.get(site, site) for site in source.sites], page.locale)
    return " · ".join(part for part in (period_text, sites, approval, version) if part)


def list_gaps(page: PageContext, source: NumberSource, names: dict[str, str]) -> list[str]:
    """Return sentences on missing returns, carried levels and numbers that were not collected."""
    _, locale, value = page.gettext, page.locale, source.value
    sentences = []
    for text, keys in (
        (N_("Missing and not included: {returns}."), [key for key in value.missing if key not in source.covered]),
        (
            N_("Not included, because a year-to-date return has them with other quarters: {returns}."),
            [key for key in value.missing if key in source.covered],
        ),
    ):
        if keys:
            returns = [f"{names.get(key.site, key.site)} {locale.format_quarter(key.quarter)}" for key in keys]
            sentences.append(_(text, returns=join_names(returns, locale)))
    for level in value.carried[:MAX_CARRIED_SITES]:
        site, quarter = names.get(level.site, level.site), locale.format_quarter(level.since)
        sentences.append(
            _("{site} has no newer report, so its level of {quarter} is used.", site=site, quarter=quarter)
        )
    if len(value.carried) > MAX_CARRIED_SITES:
        more = len(value.carried) - MAX_CARRIED_SITES
        sentences.append(
            locale.ngettext(
                "{count} more site uses an earlier level.", "{count} more sites use an earlier level.", more, count=more
            )
        )
    if value.not_collected:
        count = value.not_collected
        sentences.append(
            locale.ngettext(
                "{count} number was not collected.", "{count} numbers were not collected.", count, count=count
            )
        )
    return sentences
