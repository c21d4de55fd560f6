"""What was said and agreed about an indicator: its remarks, those still wanted, and open agreements of all."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.registry import PageContext, Permission
from dashboard.components.markup import dcc
from dashboard.components.tables import element
from dashboard.selection import localize_path
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import LocalizedText
from etl.locale import Locale
from etl.queries.remarks import (
    ActionItem,
    MissingRemark,
    Remark,
    list_missing_remarks,
    list_open_actions,
    list_remark_versions,
)
from etl.queries.scope import QueryScope
from etl.wording import append_unit, describe_amount

_MOST_WANTED = 8
"""Remarks that the overview asks for by name; the others are counted."""


def remark_address(code: str, quarter: Quarter, locale: Locale) -> str:
    """The form of one remark."""
    return localize_path(f"/staff/remarks/{code}/{quarter}", locale.language)


def build_remarks(request: PageContext, scope: QueryScope, code: str) -> Any:
    """The section of an indicator's page: what is wanted, then the remarks of each quarter, the latest first."""
    _ = request.gettext
    versions = list_remark_versions(request.source, code)
    by_quarter: dict[Quarter, list[Remark]] = {}
    for one in versions:
        by_quarter.setdefault(one.quarter, []).append(one)
    told = [_remark(request, by_quarter[quarter], scope) for quarter in sorted(by_quarter, reverse=True)]
    wanted = [_wanted(request, one) for one in list_missing_remarks(scope, versions, code)]
    return element(
        "Section",
        [
            element("H2", _("Why it stands there, and what was agreed")),
            element("Ul", wanted, className="wanted") if wanted else None,
            *(told or [element("P", _("Nobody has written a remark yet."))]),
            _new_link(request, scope, code, by_quarter),
        ],
        id="remarks",
        className="remarks",
    )


def _new_link(request: PageContext, asking: QueryScope, code: str, there: dict[Quarter, list[Remark]]) -> Any:
    """For managers: the form of the last ended quarter, unless it has its remark, which is changed there."""
    settings = asking.plan.settings
    quarter = min(settings.calendar.last_ended(request.now.date()), settings.last_quarter)
    if not request.visitor.has_permission(Permission.MANAGE) or quarter in there or quarter < settings.first_quarter:
        return None
    words = request.gettext("Write a remark on {quarter}", quarter=request.locale.format_quarter(quarter))
    link = element("A", words, href=remark_address(code, quarter, request.locale), className="button")
    return element("P", link)


def _remark(request: PageContext, versions: Sequence[Remark], asking: QueryScope) -> Any:
    _, newest = request.gettext, versions[0]
    quarter = request.locale.format_quarter(newest.quarter)
    change = None
    if request.visitor.has_permission(Permission.MANAGE):
        address = remark_address(newest.indicator, newest.quarter, request.locale)
        change = element("A", _("Change the remark on {quarter}", quarter=quarter), href=address)
    earlier = None
    if len(versions) > 1:
        listed = [element("Div", _said(request, one, asking), className="version") for one in versions[1:]]
        earlier = element("Details", [element("Summary", _("Earlier versions: {count}", count=len(listed))), *listed])
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


def _said(request: PageContext, remark: Remark, asking: QueryScope) -> list[Any]:
    _, locale = request.gettext, request.locale
    audience = _("for staff and the next edition") if remark.is_public else _("for staff")
    signed = f"{remark.written_by}, {locale.format_moment(remark.written_at)} · {audience}"
    agreed = None
    if remark.agreed_action:
        agreed = element(
            "P",
            [element("B", f"{_('Agreed:')} "), remark.agreed_action, " ", element("Span", _by_whom(request, remark))],
            className="agreed",
        )
    return [element("P", remark.reason, className="why"), agreed, element("P", signed, className="muted")]


def _by_whom(request: PageContext, remark: Remark) -> str:
    """Who does it, by when, and whether it is done or late."""
    _ = request.gettext
    day = request.locale.format_day(remark.due) if remark.due else "–"
    told = {"who": remark.responsible, "day": day}
    if remark.is_done:
        return _("({who}, by {day}: done)", **told)
    if remark.due is not None and remark.due < request.now.date():
        return _("({who}, by {day}: overdue)", **told)
    return _("({who}, by {day})", **told)


def _wanted(request: PageContext, one: MissingRemark) -> Any:
    """The year that asks for a word on why, with both numbers; for managers with the way to write it."""
    _, locale = request.gettext, request.locale
    text = _(
        "{year} ended at {actual} against a target of {target}, more than 10 % off.",
        year=one.quarter.year,
        actual=describe_amount(one.figure.rated_actual, one.indicator, locale),
        target=append_unit(describe_amount(one.figure.target, one.indicator, locale), one.indicator, locale),
    )
    if not request.visitor.has_permission(Permission.MANAGE):
        return element("Li", [text, " ", _("A remark by a manager is wanted.")])
    link = element("A", _("Say why"), href=remark_address(one.indicator.code, one.quarter, locale))
    return element("Li", [text, " ", link])


def build_open_actions(request: PageContext, scope: QueryScope, remarks: Sequence[Remark]) -> Any:
    """The section of the overview: open agreements by their day, then the remarks that are still wanted."""
    _ = request.gettext
    names = _names(scope)
    found = list_open_actions(remarks, request.now.date())
    wanted = list_missing_remarks(scope, remarks)
    listed = [_agreement(request, one, names) for one in found]
    return element(
        "Section",
        [
            element("H2", _("Agreed and open")),
            element("Ul", listed, className="steps") if listed else element("P", _("No agreement is open.")),
            _wanted_list(request, wanted),
        ],
        id="agreements",
    )


def _names(asking: QueryScope) -> dict[str, LocalizedText]:
    """Every indicator's name, a closed one's as the last plan that had it says it."""
    return {one.code: one.name for version in asking.snapshot.plans.versions for one in version.plan.indicators}


def _agreement(request: PageContext, one: ActionItem, names: dict[str, LocalizedText]) -> Any:
    _, locale, remark = request.gettext, request.locale, one.remark
    day = locale.format_day(remark.due) if remark.due else "–"
    name = names[remark.indicator].in_language(locale.language) if remark.indicator in names else remark.indicator
    when = _("overdue since {day}", day=day) if one.is_overdue else _("by {day}", day=day)
    address = localize_path(f"/staff/indicator/{remark.indicator}", locale.language)
    return element(
        "Li",
        [
            element("Span", remark.responsible, className="task"),
            element(
                "Span", [remark.agreed_action, " ", dcc.Link(name, href=address, className="of-what")], className="what"
            ),
            element("Span", when, className="when overdue" if one.is_overdue else "when"),
        ],
    )


def _wanted_list(request: PageContext, wanted: Sequence[MissingRemark]) -> Any:
    """Which indicators ended a year off their target without a word on why."""
    if not wanted:
        return None
    _, locale = request.gettext, request.locale
    listed = [
        element(
            "Li",
            dcc.Link(
                f"{one.indicator.name.in_language(locale.language)}, {one.quarter.year}",
                href=localize_path(f"/staff/indicator/{one.indicator.code}", locale.language),
            ),
        )
        for one in wanted[:_MOST_WANTED]
    ]
    if len(wanted) > _MOST_WANTED:
        listed.append(element("Li", _("and {count} more", count=len(wanted) - _MOST_WANTED)))
    words = _("Years that ended more than 10 % off target without a remark: {count}", count=len(wanted))
    return element("Details", [element("Summary", words), element("Ul", listed)], className="reminder")
