"""What was said and agreed about an indicator: its remarks, those still wanted, and open agreements of all."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.registry import PageRequest, Permission
from dashboard.components.plain import dcc
from dashboard.components.tables import element
from dashboard.selection import in_language
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Words
from etl.locale.translations import format_day, format_moment, format_quarter
from etl.queries.asking import Asking
from etl.queries.remarks import (
    OpenAgreement,
    Remark,
    WantedRemark,
    open_agreements,
    remark_versions,
    remarks_wanted,
)
from etl.wording import amount_words, with_unit

_MOST_WANTED = 8
"""Remarks that the overview asks for by name; the others are counted."""


def remark_address(code: str, quarter: Quarter, language: str) -> str:
    """The form of one remark."""
    return in_language(f"/staff/remarks/{code}/{quarter}", language)


def build_remarks(request: PageRequest, asking: Asking, code: str) -> Any:
    """The section of an indicator's page: what is wanted, then the remarks of each quarter, the latest first."""
    say = request.say
    versions = remark_versions(request.source, code)
    by_quarter: dict[Quarter, list[Remark]] = {}
    for one in versions:
        by_quarter.setdefault(one.quarter, []).append(one)
    told = [_remark(request, by_quarter[quarter], asking) for quarter in sorted(by_quarter, reverse=True)]
    wanted = [_wanted(request, one) for one in remarks_wanted(asking, versions, code)]
    return element(
        "Section",
        [
            element("H2", say("Why it stands there, and what was agreed")),
            element("Ul", wanted, className="wanted") if wanted else None,
            *(told or [element("P", say("Nobody has written a remark yet."))]),
            _new_link(request, asking, code, by_quarter),
        ],
        id="remarks",
        className="remarks",
    )


def _new_link(request: PageRequest, asking: Asking, code: str, there: dict[Quarter, list[Remark]]) -> Any:
    """For managers: the form of the last ended quarter, unless it has its remark, which is changed there."""
    settings = asking.plan.settings
    quarter = min(settings.calendar.last_ended(request.now.date()), settings.last_quarter)
    if not request.visitor.may(Permission.MANAGE) or quarter in there or quarter < settings.first_quarter:
        return None
    words = request.say("Write a remark on {quarter}", quarter=format_quarter(quarter, request.language))
    link = element("A", words, href=remark_address(code, quarter, request.language), className="button")
    return element("P", link)


def _remark(request: PageRequest, versions: Sequence[Remark], asking: Asking) -> Any:
    say, newest = request.say, versions[0]
    quarter = format_quarter(newest.quarter, request.language)
    change = None
    if request.visitor.may(Permission.MANAGE):
        address = remark_address(newest.indicator, newest.quarter, request.language)
        change = element("A", say("Change the remark on {quarter}", quarter=quarter), href=address)
    earlier = None
    if len(versions) > 1:
        listed = [element("Div", _said(request, one, asking), className="version") for one in versions[1:]]
        earlier = element("Details", [element("Summary", say("Earlier versions: {count}", count=len(listed))), *listed])
    return element(
        "Article",
        [
            element("H3", quarter),
            *_said(request, newest, asking),
            earlier,
            element("P", change) if change else None,
        ],
        className="remark",
    )


def _said(request: PageRequest, remark: Remark, asking: Asking) -> list[Any]:
    say, language = request.say, request.language
    audience = say("for staff and the next edition") if remark.is_public else say("for staff")
    signed = f"{remark.written_by}, {format_moment(remark.written_at, language)} · {audience}"
    agreed = None
    if remark.agreed:
        agreed = element(
            "P",
            [element("B", f"{say('Agreed:')} "), remark.agreed, " ", element("Span", _by_whom(request, remark))],
            className="agreed",
        )
    return [element("P", remark.why, className="why"), agreed, element("P", signed, className="muted")]


def _by_whom(request: PageRequest, remark: Remark) -> str:
    """Who does it, by when, and whether it is done or late."""
    say = request.say
    day = format_day(remark.due, request.language) if remark.due else "–"
    told = {"who": remark.responsible, "day": day}
    if remark.is_done:
        return say("({who}, by {day}: done)", **told)
    if remark.due is not None and remark.due < request.now.date():
        return say("({who}, by {day}: overdue)", **told)
    return say("({who}, by {day})", **told)


def _wanted(request: PageRequest, one: WantedRemark) -> Any:
    """The year that asks for a word on why, with both numbers; for managers with the way to write it."""
    say, language = request.say, request.language
    text = say(
        "{year} ended at {actual} against a target of {target}, more than 10 % off.",
        year=one.quarter.year,
        actual=amount_words(one.figure.judged, one.indicator, language),
        target=with_unit(amount_words(one.figure.target, one.indicator, language), one.indicator, language),
    )
    if not request.visitor.may(Permission.MANAGE):
        return element("Li", [text, " ", say("A remark by a manager is wanted.")])
    link = element("A", say("Say why"), href=remark_address(one.indicator.code, one.quarter, language))
    return element("Li", [text, " ", link])


def build_agreements(request: PageRequest, asking: Asking, remarks: Sequence[Remark]) -> Any:
    """The section of the overview: open agreements by their day, then the remarks that are still wanted."""
    say = request.say
    names = _names(asking)
    found = open_agreements(remarks, request.now.date())
    wanted = remarks_wanted(asking, remarks)
    listed = [_agreement(request, one, names) for one in found]
    return element(
        "Section",
        [
            element("H2", say("Agreed and open")),
            element("Ul", listed, className="steps") if listed else element("P", say("No agreement is open.")),
            _wanted_list(request, wanted),
        ],
        id="agreements",
    )


def _names(asking: Asking) -> dict[str, Words]:
    """Every indicator's name, a closed one's as the last plan that had it says it."""
    return {one.code: one.name for version in asking.snapshot.plans.versions for one in version.plan.indicators}


def _agreement(request: PageRequest, one: OpenAgreement, names: dict[str, Words]) -> Any:
    say, language, remark = request.say, request.language, one.remark
    day = format_day(remark.due, language) if remark.due else "–"
    name = names[remark.indicator].in_language(language) if remark.indicator in names else remark.indicator
    when = say("overdue since {day}", day=day) if one.is_overdue else say("by {day}", day=day)
    address = in_language(f"/staff/indicator/{remark.indicator}", language)
    return element(
        "Li",
        [
            element("Span", remark.responsible, className="task"),
            element("Span", [remark.agreed, " ", dcc.Link(name, href=address, className="of-what")], className="what"),
            element("Span", when, className="when overdue" if one.is_overdue else "when"),
        ],
    )


def _wanted_list(request: PageRequest, wanted: Sequence[WantedRemark]) -> Any:
    """Which indicators ended a year off their target without a word on why."""
    if not wanted:
        return None
    say, language = request.say, request.language
    listed = [
        element(
            "Li",
            dcc.Link(
                f"{one.indicator.name.in_language(language)}, {one.quarter.year}",
                href=in_language(f"/staff/indicator/{one.indicator.code}", language),
            ),
        )
        for one in wanted[:_MOST_WANTED]
    ]
    if len(wanted) > _MOST_WANTED:
        listed.append(element("Li", say("and {count} more", count=len(wanted) - _MOST_WANTED)))
    words = say("Years that ended more than 10 % off target without a remark: {count}", count=len(wanted))
    return element("Details", [element("Summary", words), element("Ul", listed)], className="reminder")
