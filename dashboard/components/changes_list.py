"""What changed since an earlier day: days to choose from, then ratings, numbers and targets that moved."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from dashboard.access.registry import PageRequest
from dashboard.components.figure_parts import indicator_link
from dashboard.components.marks import build_badge
from dashboard.components.plain import dcc, html
from dashboard.components.tables import build_table, element
from dashboard.selection import Selection, address_of
from etl.indicators.periods import CAMBODIA, quarters_between
from etl.indicators.plans import Plan
from etl.locale.translations import format_day, format_quarter, speak
from etl.queries.changes import Changes
from etl.queries.editions import EditionLine
from etl.wording.changes import from_to_words, rating_moved_words

PARAMETER = "since"
_SHOWN_AT_MOST = 60
_QUARTERS = 4
_EDITIONS = 4
_DAYS = (7, 30)


def chosen_day(request: PageRequest) -> date | None:
    """The day of the address; None without one. What is no day, or lies ahead, is left out."""
    text = parse_qs(request.query.removeprefix("?"), errors="replace").get(PARAMETER, [""])[0]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day <= request.now.date() else None


def since_choice(request: PageRequest, day: date) -> tuple[str, str, Sequence[tuple[str, str]], str]:
    """The chosen day as a select of the filters, so that another choice keeps it."""
    say = request.say
    own = (day.isoformat(), format_day(day, request.language))
    return say("Changes since"), PARAMETER, [("", say("no day")), own], day.isoformat()


def build_changes(
    request: PageRequest, plan: Plan, day: date | None, changes: Changes | None, editions: Sequence[EditionLine]
) -> list[Any]:
    """Days to compare with; once one is chosen, what moved since then."""
    say = request.say
    parts: list[Any] = [html.P([say("Compare with:"), " ", *_days(request, plan, day, editions)], className="choices")]
    if day is None:
        return parts
    shown = format_day(day, request.language)
    if changes is None:
        return [*parts, html.P(say("No plan had been loaded by {day}.", day=shown))]
    if changes.is_empty:
        return [*parts, html.P(say("Nothing has changed since {day}.", day=shown))]
    if changes.new_returns:
        said = say("Returns that have come in since {day}: {count}.", day=shown, count=changes.new_returns)
        parts.append(html.P(said))
    tables = (_moved(changes, request), _restated(changes, plan, request), _revised(changes, plan, request))
    return [*parts, *(one for one in tables if one is not None)]


def _days(request: PageRequest, plan: Plan, chosen: date | None, editions: Sequence[EditionLine]) -> list[Any]:
    """A week and a month ago, when the latest editions were published, and the ends of the latest quarters."""
    today, language = request.now.date(), request.language
    settings = plan.settings
    days = [(today - timedelta(days=one), request.say("{count} days ago", count=one)) for one in _DAYS]
    last = min(settings.calendar.last_ended(today), settings.last_quarter)
    days += [_edition(one, request) for one in editions[-_EDITIONS:][::-1]]
    for quarter in list(quarters_between(settings.first_quarter, last))[::-1][:_QUARTERS]:
        words = request.say("end of {quarter}", quarter=format_quarter(quarter, language))
        days.append((settings.calendar.end(quarter), words))
    parts: list[Any] = []
    for day, words in days:
        named = f"{format_day(day, language)} ({words})"
        link = html.B(named) if day == chosen else dcc.Link(named, href=address_since(request, day))
        parts += [" · ", link]
    return parts[1:]


def _edition(edition: EditionLine, request: PageRequest) -> tuple[date, str]:
    """The day on which it was published, with its name."""
    published = edition.published_at.astimezone(CAMBODIA).date()
    return published, request.say("edition {id} published", id=edition.id)


def address_since(request: PageRequest, day: date) -> str:
    """The same page and choice, compared with a day."""
    address = address_of(request.selection, request.path)
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={day.isoformat()}"


def _moved(changes: Changes, request: PageRequest) -> Any:
    language, say = request.language, request.say
    rows = [
        [
            indicator_link(one.indicator, request.selection),
            build_badge(one.before.rating, language),
            build_badge(one.after.rating, language),
            rating_moved_words(one.before.rating, one.after.rating, language),
        ]
        for one in changes.moved
    ]
    header = (say("Indicator"), say("Then"), say("Now"), say("In words"))
    return _table(say("Ratings that moved"), header, rows, "moved", language)


def _restated(changes: Changes, plan: Plan, request: PageRequest) -> Any:
    language, say = request.language, request.say
    alone = Selection(language=language)
    rows = [
        [
            indicator_link(one.indicator, request.selection),
            _site(plan, one.site, language),
            format_quarter(one.quarter, language),
            dcc.Link(
                from_to_words(one.before, one.after, one.indicator, language),
                href=f"{address_of(alone, f'/staff/number/{one.indicator.code}/{one.quarter}')}?site={one.site}",
            ),
        ]
        for one in changes.restated
    ]
    header = (say("Indicator"), say("Site"), say("Quarter"), say("Then → now"))
    return _table(say("Numbers that were restated"), header, rows, "restated", language)


def _revised(changes: Changes, plan: Plan, request: PageRequest) -> Any:
    language, say = request.language, request.say
    rows = [
        [
            indicator_link(one.indicator, request.selection),
            _site(plan, one.site, language) if one.site else say("all sites"),
            str(one.year),
            from_to_words(one.before, one.after, one.indicator, language),
            one.reason or "–",
        ]
        for one in changes.revised
    ]
    header = (say("Indicator"), say("Site"), say("Year"), say("Then → now"), say("Why"))
    return _table(say("Targets that were revised"), header, rows, "revised", language)


def _table(caption: str, header: Sequence[str], rows: list[list[Any]], table_id: str, language: str) -> Any:
    if not rows:
        return None
    table = build_table(caption, header, rows[:_SHOWN_AT_MOST], table_id=table_id, show_caption=True, stacks=True)
    more = len(rows) - _SHOWN_AT_MOST
    if more <= 0:
        return table
    return html.Div([table, element("P", speak(language)("{count} more are not shown.", count=more), className="key")])


def _site(plan: Plan, code: str, language: str) -> str:
    found = plan.site_by_code.get(code)
    return found.name.in_language(language) if found else code
