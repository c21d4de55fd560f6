"""Sentences that accompany figures in every export: day, counted quarter, selection and data notices."""

from datetime import date

from etl.indicators.periods import PlanToDate, Quarter
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.locale import Locale
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from etl.wording import describe_period


def list_data_notices(snapshot: Snapshot | None, locale: Locale) -> tuple[str, ...]:
    """Return the notices that every page and export of figures carries: provisional indicators, sample data."""
    _ = locale.gettext
    if snapshot is None:
        return ()
    provisional = (_("Provisional indicators"),) if snapshot.plans.latest.is_provisional else ()
    sample = (_("sample data, not results"),) if snapshot.has_sample_data else ()
    return provisional + sample


def describe_scope(scope: QueryScope, locale: Locale) -> tuple[str, ...]:
    """Return a sentence for each choice that restricts the figures; none where everything is included."""
    _ = locale.gettext
    sentences = []
    if not isinstance(scope.period, PlanToDate):
        sentences.append(_("Period: {period}.", period=describe_period(scope.period, locale)))
    if scope.sites is not None:
        sentences.append(_describe_sites(scope, scope.sites, locale))
    if scope.programme:
        sentences.append(_("Programme: {programme}.", programme=scope.programme))
    if not scope.include_unapproved:
        sentences.append(_("Approved returns only."))
    if scope.plan_version is not None:
        sentences.append(_("All figures are assessed against version {number} of the plan.", number=scope.plan_version))
    return tuple(sentences)


def _describe_sites(scope: QueryScope, sites: SiteSelection, locale: Locale) -> str:
    _ = locale.gettext
    known_sites = (scope.plan.site_by_code.get(code) for code in sites)
    names = ", ".join(site.name.get_text(locale.language) for site in known_sites if site is not None)
    if isinstance(sites, SiteGroup):
        return _("Province: {province} ({sites}).", province=sites.name.get_text(locale.language), sites=names)
    return _("Sites: {sites}.", sites=names)


def describe_data_notices(snapshot: Snapshot | None, locale: Locale) -> list[str]:
    """Return the notices of `list_data_notices` as sentences."""
    return [f"{notice[:1].upper()}{notice[1:]}." for notice in list_data_notices(snapshot, locale)]


def describe_as_of(today: date, counted_quarter: Quarter | None, locale: Locale) -> tuple[str, ...]:
    """Return the day of the figures, and the quarter up to which they count."""
    _ = locale.gettext
    sentences = [_("As of {day}.", day=locale.format_day(today))]
    if counted_quarter is not None:
        sentences.append(_("Counted up to {quarter}.", quarter=describe_period(counted_quarter, locale)))
    return tuple(sentences)
