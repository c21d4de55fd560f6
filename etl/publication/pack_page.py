"""The meeting pack as one HTML file that prints on A4: a page for the whole, then one for each objective."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from etl.exports.about import chosen_words, dated_words, marks_of
from etl.locale.translations import format_quarter, format_share, speak
from etl.publication.html import join, table, tag
from etl.publication.pack_parts import (
    agreements_table,
    attention_table,
    indicators_table,
    owed_list,
    remarks_list,
)
from etl.publication.svg import draw_strip
from etl.queries.meeting_pack import MeetingPack
from etl.queries.objective_progress import ObjectiveProgress
from etl.wording import tally_title, tally_words

_STYLE = Path(__file__).with_name("pack.css")
_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>{links}'
    "<style>{style}</style></head>\n<body>{bar}<main>{sheets}</main></body></html>\n"
)


def pack_page(pack: MeetingPack, language: str, *, links: Markup | str = "", bar: str = "", style: str = "") -> str:
    """The whole page. `links` are stylesheets, `style` more rules (a font), `bar` a note that isn't printed."""
    title = pack_title(pack, language)
    footer = " · ".join(
        [title, *dated_words(pack.asking.today, None, language), *marks_of(pack.asking.snapshot, language)]
    )
    sheets = [_whole(pack, language), *(_objective(pack, one, language) for one in pack.objectives)]
    return _PAGE.format(
        language=language,
        title=title,
        links=links,
        style=Markup(_STYLE.read_text(encoding="utf-8") + style + _page_rule(footer)),
        bar=tag("aside", bar, "bar") if bar else "",
        sheets=join(
            Markup('<section class="sheet">{}{}</section>').format(one, tag("p", footer, "foot")) for one in sheets
        ),
    )


def pack_title(pack: MeetingPack, language: str) -> str:
    settings = pack.asking.plan.settings
    return speak(language)(
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


def _about(pack: MeetingPack, language: str) -> Markup:
    said = [
        *dated_words(pack.asking.today, pack.overview.counted_quarter, language),
        *chosen_words(pack.asking, language),
    ]
    marks = " · ".join(marks_of(pack.asking.snapshot, language))
    return tag("p", join([" ".join(said), " ", tag("span", marks, "marks") if marks else ""]), "about")


def _whole(pack: MeetingPack, language: str) -> Markup:
    say = speak(language)
    overview = pack.overview
    return join(
        [
            tag("p", pack.asking.plan.settings.name.in_language(language), "code"),
            tag("h1", tally_title(overview.tally, language)),
            _about(pack, language),
            tag("p", " ".join(_clocks(pack, language))),
            tag("h2", say("Objectives")),
            _objectives(pack, language),
            tag("h2", say("Needs attention")),
            attention_table(pack, language),
            tag("h2", say("Open agreements")),
            agreements_table(pack.agreements, language),
            tag("h2", say("Returns still owed")),
            owed_list(overview.owed, language),
        ]
    )


def _clocks(pack: MeetingPack, language: str) -> Sequence[str]:
    """How much of the plan's time is gone, and how many returns of the last quarter are in."""
    say = speak(language)
    overview = pack.overview
    said = [say("{share} of the plan's time is gone.", share=format_share(overview.time_gone, language, 0))]
    if overview.counted_quarter is not None and overview.reporting.expected:
        said.append(
            say(
                "{received} of {expected} returns of {quarter} are in, {on_time} came on time.",
                received=overview.reporting.received,
                expected=overview.reporting.expected,
                on_time=overview.reporting.on_time,
                quarter=format_quarter(overview.counted_quarter, language),
            )
        )
    return said


def _objectives(pack: MeetingPack, language: str) -> Markup:
    say = speak(language)
    rows = [
        [
            join([tag("small", one.objective.code), one.objective.name.in_language(language)]),
            draw_strip(one.tally.counts, tally_words(one.tally, language), width=190),
            tally_words(one.tally, language),
            say("{good} of {rated}", good=one.tally.good, rated=one.tally.rated),
        ]
        for one in pack.objectives
    ]
    header = (say("Objective"), say("Rating"), say("In words"), say("On track or achieved"))
    return table(say("Indicators by rating"), header, rows, numeric=(3,), widths=(38, 28, 22, 12))


def _objective(pack: MeetingPack, one: ObjectiveProgress, language: str) -> Markup:
    say = speak(language)
    found = [pack.remarks[each.indicator.code] for each in one.indicators if each.indicator.code in pack.remarks]
    remarks = (
        remarks_list(found, language) if found else tag("p", say("No remark has been written on these indicators."))
    )
    return join(
        [
            tag("p", f"{one.objective.code} · {tally_title(one.tally, language)}", "code"),
            tag("h1", one.objective.name.in_language(language)),
            _about(pack, language),
            draw_strip(one.tally.counts, tally_words(one.tally, language), width=320),
            tag("p", tally_words(one.tally, language), "muted"),
            indicators_table(say("Indicators, those in need first"), one.indicators, language),
            tag(
                "p",
                say("Bar: actual. Stroke: target. Small line: actual by year; strokes: targets of the years."),
                "muted",
            ),
            tag("h2", say("Remarks")),
            remarks,
        ]
    )
