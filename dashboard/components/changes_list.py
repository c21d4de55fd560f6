"""Changes since an earlier day: days to choose from, then changed ratings, numbers and targets."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs

from dashboard.access.context import PageContext
from dashboard.components.figure_parts import build_indicator_link
from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.components.site_choice import find_site_name
from dashboard.components.tables import build_table, describe_hidden_rows
from dashboard.selection import Selection, make_address
from etl.indicators.part_targets import find_part
from etl.indicators.periods import list_quarters_between
from etl.indicators.plans import Plan
from etl.locale import Locale
from etl.queries.changes import Changes
from etl.queries.editions import EditionSummary
from etl.wording.changes import describe_amount_change, describe_rating_change

SINCE_PARAMETER = "since"
_MAX_ROWS = 60
_QUARTER_COUNT = 4
_EDITION_COUNT = 4
_DAYS = (7, 30)


def read_since_day(page: PageContext) -> date | None:
    """Return the day in the address; None without one, and for an invalid or future day."""
    text = parse_qs(page.query.removeprefix("?"), errors="replace").get(SINCE_PARAMETER, [""])[0]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day <= page.now.date() else None


def build_changes(
    page: PageContext, plan: Plan, day: date | None, changes: Changes | None, editions: Sequence[EditionSummary]
) -> list[Any]:
    """Return the days to compare with and, when one is selected, the changes since that day."""
    _ = page.gettext
    parts: list[Any] = [
        tags.P([_("Compare with:"), " ", *_build_day_links(page, plan, day, editions)], className="choices")
    ]
    if day is None:
        return parts
    day_text = page.locale.format_day(day)
    if changes is None:
        return [*parts, tags.P(_("No plan was loaded by {day}.", day=day_text))]
    if changes.is_empty:
        return [*parts, tags.P(_("Nothing has changed since {day}.", day=day_text))]
    if changes.new_return_count:
        message = _("New returns since {day}: {count}.", day=day_text, count=changes.new_return_count)
        parts.append(tags.P(message))
    tables = (
        _build_ratings_table(changes, page),
        _build_restatements_table(changes, plan, page),
        _build_targets_table(changes, plan, page),
    )
    return [*parts, *(table for table in tables if table is not None)]


def _build_day_links(
    page: PageContext, plan: Plan, selected_day: date | None, editions: Sequence[EditionSummary]
) -> list[Any]:
    """Return links to a week and a month ago, the latest editions and the ends of the latest quarters."""
    today, locale = page.now.date(), page.locale
    settings = plan.settings
    days = [(today - timedelta(days=count), page.gettext("{count} days ago", count=count)) for count in _DAYS]
    last = min(settings.calendar.find_last_ended_quarter(today), settings.last_quarter)
    days += [_describe_edition(edition, page) for edition in editions[-_EDITION_COUNT:][::-1]]
    for quarter in list(list_quarters_between(settings.first_quarter, last))[::-1][:_QUARTER_COUNT]:
        description = page.gettext("end of {quarter}", quarter=locale.format_quarter(quarter))
        days.append((settings.calendar.get_end_date(quarter), description))
    parts: list[Any] = []
    for day, description in days:
        label = f"{locale.format_day(day)} ({description})"
        link = tags.B(label) if day == selected_day else dcc.Link(label, href=make_since_address(page, day))
        parts += [" · ", link]
    return parts[1:]


def _describe_edition(edition: EditionSummary, page: PageContext) -> tuple[date, str]:
    """Return the day of publication and a label with the edition's name."""
    return edition.published_on, page.gettext("edition {id} published", id=edition.id)


def make_since_address(page: PageContext, day: date) -> str:
    """Return the address of this page and selection, compared with a day."""
    address = make_address(page.selection, page.path)
    return f"{address}{'&' if '?' in address else '?'}{SINCE_PARAMETER}={day.isoformat()}"


def _build_ratings_table(changes: Changes, page: PageContext) -> Any:
    locale, _ = page.locale, page.gettext
    rows = [
        [
            build_indicator_link(change.indicator, page.selection),
            build_badge(change.before.rating, locale),
            build_badge(change.after.rating, locale),
            describe_rating_change(change.before.rating, change.after.rating, locale),
        ]
        for change in changes.rating_changes
    ]
    header = (_("Indicator"), _("Then"), _("Now"), _("In words"))
    return _build_limited_table(_("Changed ratings"), header, rows, "moved", locale)


def _build_restatements_table(changes: Changes, plan: Plan, page: PageContext) -> Any:
    locale, _ = page.locale, page.gettext
    no_choice = Selection(language=locale.language)
    rows = [
        [
            build_indicator_link(change.indicator, page.selection),
            find_site_name(plan, change.site, locale),
            locale.format_quarter(change.quarter),
            dcc.Link(
                describe_amount_change(change.before, change.after, change.indicator, locale),
                href=f"{make_address(no_choice, f'/staff/number/{change.indicator.code}/{change.quarter}')}"
                f"?site={change.site}",
            ),
        ]
        for change in changes.number_restatements
    ]
    header = (_("Indicator"), _("Site"), _("Quarter"), _("Then → now"))
    return _build_limited_table(_("Restated numbers"), header, rows, "restated", locale)


def _build_targets_table(changes: Changes, plan: Plan, page: PageContext) -> Any:
    locale, _ = page.locale, page.gettext
    rows = [
        [
            build_indicator_link(change.indicator, page.selection, find_part(plan, change.indicator.code, change.part)),
            find_site_name(plan, change.site, locale) if change.site else _("all sites"),
            str(change.year),
            describe_amount_change(change.before, change.after, change.indicator, locale),
            change.reason or "–",
        ]
        for change in changes.target_revisions
    ]
    header = (_("Indicator"), _("Site"), _("Year"), _("Then → now"), _("Why"))
    return _build_limited_table(_("Revised targets"), header, rows, "revised", locale)


def _build_limited_table(
    caption: str, header: Sequence[str], rows: list[list[Any]], table_id: str, locale: Locale
) -> Any:
    if not rows:
        return None
    table = build_table(caption, header, rows[:_MAX_ROWS], table_id=table_id, show_caption=True, stacks=True)
    hidden_count = len(rows) - _MAX_ROWS
    if hidden_count <= 0:
        return table
    return tags.Div([table, tags.P(describe_hidden_rows(hidden_count, locale), className="key")])
