"""What must stand beside figures wherever they go: the day, how far they count, what was chosen, what kind they are."""

from collections.abc import Sequence
from datetime import date

from etl.indicators.periods import PlanToDate, Quarter
from etl.indicators.vocabulary import LocalizedText
from etl.locale import Locale
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from etl.wording import describe_period


def list_data_notices(snapshot: Snapshot | None, locale: Locale) -> tuple[str, ...]:
    """What every screen, export and printed page must say of its figures: provisional, or invented."""
    _ = locale.gettext
    if snapshot is None:
        return ()
    provisional = (_("Provisional indicators"),) if snapshot.plans.latest.is_provisional else ()
    sample = (_("sample data, not results"),) if snapshot.has_sample_data else ()
    return provisional + sample


def describe_scope(scope: QueryScope, locale: Locale) -> tuple[str, ...]:
    """A sentence for each choice that leaves something out; none where everything is shown."""
    _ = locale.gettext
    said = []
    if not isinstance(scope.period, PlanToDate):
        said.append(_("Period: {period}.", period=describe_period(scope.period, locale)))
    if scope.sites is not None:
        sites = (scope.plan.site_by_code.get(code) for code in scope.sites)
        names = [one.name.in_language(locale.language) for one in sites if one is not None]
        said.append(_("Sites: {sites}.", sites=", ".join(names)))
    if scope.programme:
        said.append(_("Programme: {programme}.", programme=scope.programme))
    if not scope.include_unapproved:
        said.append(_("Approved returns only."))
    if scope.plan_version is not None:
        said.append(_("Everything judged by version {number} of the plan.", number=scope.plan_version))
    return tuple(said)


def describe_as_of(today: date, counted_quarter: Quarter | None, locale: Locale) -> tuple[str, ...]:
    """As of which day, and up to which quarter the figures count."""
    _ = locale.gettext
    said = [_("As of {day}.", day=locale.format_day(today))]
    if counted_quarter is not None:
        said.append(_("Counted up to {quarter}.", quarter=describe_period(counted_quarter, locale)))
    return tuple(said)


def names_of(items: Sequence[tuple[str, LocalizedText]], locale: Locale) -> str:
    """Codes with their names, for a heading."""
    return ", ".join(f"{code} {name.in_language(locale.language)}" for code, name in items)
