"""The meeting pack as one HTML file that prints on A4: a page for the whole, then one for each objective."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from etl.exports.about import describe_as_of, describe_scope, list_data_notices
from etl.locale import Locale
from etl.publication.markup import join, table, tag
from etl.publication.pack_parts import (
    attention_table,
    indicators_table,
    open_actions_table,
    overdue_list,
    remarks_list,
)
from etl.publication.svg import draw_strip
from etl.queries.meeting_pack import MeetingPack
from etl.queries.objective_progress import ObjectiveProgress
from etl.wording import describe_rating_counts, rating_counts_title

_STYLE = Path(__file__).with_name("pack.css")
_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>{links}'
    "<style>{style}</style></head>\n<body>{bar}<main>{sheets}</main></body></html>\n"
)


def render_pack_page(
    pack: MeetingPack, locale: Locale, *, links: Markup | str = "", bar: str = "", style: str = ""
) -> str:
    """The whole page. `links` are stylesheets, `style` more rules (a font), `bar` a note that isn't printed."""
    title = format_pack_title(pack, locale)
    footer = " · ".join(
        [title, *describe_as_of(pack.scope.today, None, locale), *list_data_notices(pack.scope.snapshot, locale)]
    )
    sheets = [_whole(pack, locale), *(_objective(pack, one, locale) for one in pack.objectives)]
    return _PAGE.format(
        language=locale.language,
        title=title,
        links=links,
        style=Markup(_STYLE.read_text(encoding="utf-8") + style + _page_rule(footer)),
        bar=tag("aside", bar, "bar") if bar else "",
        sheets=join(
            Markup('<section class="sheet">{}{}</section>').format(one, tag("p", footer, "foot")) for one in sheets
        ),
    )


def format_pack_title(pack: MeetingPack, locale: Locale) -> str:
    settings = pack.scope.plan.settings
    return locale.gettext(
        "Meeting pack, strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year
    )


def _page_rule(footer: str) -> str:
    """What stands at the foot of each printed page, with its number."""
    text = "".join(f"\\{ord(one):06x}" if one in '"\\<>\n\r' else one for one in footer)
    small = "font-size: 7.5pt; color: #5a635e;"
    return (
        f'@page {{ size: A4; margin: 14mm 13mm 17mm; @bottom-left {{ content: "{text}"; {small} width: 85%; }} '
        f'@bottom-right {{ content: counter(page) " / " counter(pages); {small} }} }}\n'
    )


def _about(pack: MeetingPack, locale: Locale) -> Markup:
    said = [
        *describe_as_of(pack.scope.today, pack.overview.counted_quarter, locale),
        *describe_scope(pack.scope, locale),
    ]
    marks = " · ".join(list_data_notices(pack.scope.snapshot, locale))
    return tag("p", join([" ".join(said), " ", tag("span", marks, "marks") if marks else ""]), "about")


def _whole(pack: MeetingPack, locale: Locale) -> Markup:
    _ = locale.gettext
    overview = pack.overview
    return join(
        [
            tag("p", pack.scope.plan.settings.name.in_language(locale.language), "code"),
            tag("h1", rating_counts_title(overview.rating_counts, locale)),
            _about(pack, locale),
            tag("p", " ".join(_clocks(pack, locale))),
            tag("h2", _("Objectives")),
            _objectives(pack, locale),
            tag("h2", _("Needs attention")),
            attention_table(pack, locale),
            tag("h2", _("Open actions")),
            open_actions_table(pack.open_actions, locale),
            tag("h2", _("Overdue returns")),
            overdue_list(overview.overdue_returns, locale),
        ]
    )


def _clocks(pack: MeetingPack, locale: Locale) -> Sequence[str]:
    """How much of the plan's time is gone, and how many returns of the last quarter are in."""
    _ = locale.gettext
    overview = pack.overview
    said = [_("{share} of the plan's time is gone.", share=locale.format_share(overview.time_elapsed, 0))]
    if overview.counted_quarter is not None and overview.reporting_rate.expected:
        said.append(
            _(
                "{received} of {expected} returns for {quarter} received, {on_time} of them on time.",
                received=overview.reporting_rate.received,
                expected=overview.reporting_rate.expected,
                on_time=overview.reporting_rate.on_time,
                quarter=locale.format_quarter(overview.counted_quarter),
            )
        )
    return said


def _objectives(pack: MeetingPack, locale: Locale) -> Markup:
    _ = locale.gettext
    rows = [
        [
            join([tag("small", one.objective.code), one.objective.name.in_language(locale.language)]),
            draw_strip(one.rating_counts.counts, describe_rating_counts(one.rating_counts, locale), width=190),
            describe_rating_counts(one.rating_counts, locale),
            _("{good} of {rated}", good=one.rating_counts.good_count, rated=one.rating_counts.rated_count),
        ]
        for one in pack.objectives
    ]
    header = (_("Objective"), _("Rating"), _("In words"), _("On track or achieved"))
    return table(_("Indicators by rating"), header, rows, numeric=(3,), widths=(38, 28, 22, 12))


def _objective(pack: MeetingPack, one: ObjectiveProgress, locale: Locale) -> Markup:
    _ = locale.gettext
    found = [
        pack.last_remarks[each.indicator.code] for each in one.indicators if each.indicator.code in pack.last_remarks
    ]
    remarks = remarks_list(found, locale) if found else tag("p", _("There are no remarks on these indicators yet."))
    return join(
        [
            tag("p", f"{one.objective.code} · {rating_counts_title(one.rating_counts, locale)}", "code"),
            tag("h1", one.objective.name.in_language(locale.language)),
            _about(pack, locale),
            draw_strip(one.rating_counts.counts, describe_rating_counts(one.rating_counts, locale), width=320),
            tag("p", describe_rating_counts(one.rating_counts, locale), "muted"),
            indicators_table(_("Indicators, most behind first"), one.indicators, locale),
            tag(
                "p",
                _("Bar: actual. Stroke: target. Small line: actual by year; strokes: targets of the years."),
                "muted",
            ),
            tag("h2", _("Remarks")),
            remarks,
        ]
    )
