"""What must stand beside figures wherever they go: the day, how far they count, what was chosen, what kind they are."""

from collections.abc import Sequence
from datetime import date

from etl.indicators.periods import PlanToDate, Quarter
from etl.indicators.vocabulary import Words
from etl.locale.translations import format_day, speak
from etl.queries.asking import Asking
from etl.queries.snapshot import Snapshot
from etl.wording import period_words


def marks_of(snapshot: Snapshot | None, language: str) -> tuple[str, ...]:
    """What every screen, export and printed page must say of its figures: provisional, or invented."""
    say = speak(language)
    if snapshot is None:
        return ()
    provisional = (say("Provisional indicators"),) if snapshot.plans.latest.is_provisional else ()
    sample = (say("sample data, not results"),) if snapshot.has_sample_data else ()
    return provisional + sample


def chosen_words(asking: Asking, language: str) -> tuple[str, ...]:
    """A sentence for each choice that leaves something out; none where everything is shown."""
    say = speak(language)
    said = []
    if not isinstance(asking.period, PlanToDate):
        said.append(say("Period: {period}.", period=period_words(asking.period, language)))
    if asking.sites is not None:
        sites = (asking.plan.site_by_code.get(code) for code in asking.sites)
        names = [one.name.in_language(language) for one in sites if one is not None]
        said.append(say("Sites: {sites}.", sites=", ".join(names)))
    if asking.programme:
        said.append(say("Programme: {programme}.", programme=asking.programme))
    if not asking.include_unapproved:
        said.append(say("Approved returns only."))
    if asking.plan_version is not None:
        said.append(say("Everything judged by version {number} of the plan.", number=asking.plan_version))
    return tuple(said)


def dated_words(today: date, counted: Quarter | None, language: str) -> tuple[str, ...]:
    """As of which day, and up to which quarter the figures count."""
    say = speak(language)
    said = [say("As of {day}.", day=format_day(today, language))]
    if counted is not None:
        said.append(say("Counted up to {quarter}.", quarter=period_words(counted, language)))
    return tuple(said)


def names_of(items: Sequence[tuple[str, Words]], language: str) -> str:
    """Codes with their names, for a heading."""
    return ", ".join(f"{code} {name.in_language(language)}" for code, name in items)
