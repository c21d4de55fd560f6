"""Remarks on an indicator, missing remarks, and open actions of all indicators."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.components.markup import dcc, tags
from dashboard.selection import localize_path
from etl.indicators.periods import Quarter
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator, LocalizedText
from etl.locale import Locale
from etl.queries.remarks import (
    ActionItem,
    MissingRemark,
    Remark,
    list_missing_remarks,
    list_open_actions,
)
from etl.queries.scope import QueryScope
from etl.wording import append_unit, describe_amount, describe_miss, describe_remaining_need

_MAX_MISSING = 8
"""The number of missing remarks that the overview lists; it counts the others."""


def make_remark_address(code: str, quarter: Quarter, locale: Locale) -> str:
    """Return the address of the form for one remark."""
    return localize_path(f"/staff/remarks/{code}/{quarter}", locale.language)


def build_remarks(
    page: PageContext, scope: QueryScope, code: str, versions: Sequence[Remark], *, introduction: Sequence[Any] = ()
) -> Any:
    """Return the card of an indicator's page: an introduction, missing remarks, then remarks by quarter, latest first.

    `versions` are all versions of its remarks, newest first.
    """
    _ = page.gettext
    by_quarter: dict[Quarter, list[Remark]] = {}
    for version in versions:
        by_quarter.setdefault(version.quarter, []).append(version)
    remarks = [_build_remark(page, by_quarter[quarter], scope) for quarter in sorted(by_quarter, reverse=True)]
    missing_items = [
        _build_missing_remark(page, missing_remark) for missing_remark in list_missing_remarks(scope, versions, code)
    ]
    return dbc.Card(
        [
            tags.H2(_("Remarks and agreed actions")),
            *introduction,
            tags.Ul(missing_items, className="wanted") if missing_items else None,
            *(remarks or [tags.P(_("No remarks yet."))]),
            _build_new_link(page, scope, code, by_quarter),
        ],
        id="remarks",
        body=True,
        class_name="remarks",
    )


def build_needs(figure: Figure, indicator: Indicator, locale: Locale) -> list[Any]:
    """Return what the target still needs, and the responsible unit."""
    _ = locale.gettext
    facts = (
        (
            _("Target") if describe_miss(figure, indicator, locale) else _("Still needed"),
            describe_remaining_need(figure, indicator, locale),
        ),
        (_("Responsible"), indicator.responsible.get_text(locale.language)),
    )
    return [tags.P([tags.B(f"{name}: "), text]) for name, text in facts if text]


def _build_new_link(
    page: PageContext, scope: QueryScope, code: str, remarks_by_quarter: dict[Quarter, list[Remark]]
) -> Any:
    """Return a link to write a remark on the last ended quarter; None where it has one, or for other staff."""
    settings = scope.plan.settings
    quarter = min(settings.calendar.find_last_ended_quarter(page.now.date()), settings.last_quarter)
    if (
        not page.visitor.has_permission(Permission.MANAGE)
        or quarter in remarks_by_quarter
        or quarter < settings.first_quarter
    ):
        return None
    label = page.gettext("Write a remark on {quarter}", quarter=page.locale.format_quarter(quarter))
    link = tags.A(label, href=make_remark_address(code, quarter, page.locale), className="button")
    return tags.P(link)


def _build_remark(page: PageContext, versions: Sequence[Remark], scope: QueryScope) -> Any:
    _, newest = page.gettext, versions[0]
    quarter = page.locale.format_quarter(newest.quarter)
    edit_link = None
    if page.visitor.has_permission(Permission.MANAGE):
        address = make_remark_address(newest.indicator, newest.quarter, page.locale)
        edit_link = tags.A(_("Edit the remark on {quarter}", quarter=quarter), href=address)
    earlier_details = None
    if len(versions) > 1:
        earlier_versions = [
            tags.Div(_build_remark_body(page, version, scope), className="version") for version in versions[1:]
        ]
        earlier_details = tags.Details(
            [tags.Summary(_("Earlier versions: {count}", count=len(earlier_versions))), *earlier_versions],
        )
    return tags.Article(
        [
            tags.H3(quarter),
            *_build_remark_body(page, newest, scope),
            earlier_details,
            tags.P(edit_link) if edit_link else None,
        ],
        className="remark",
    )


def _build_remark_body(page: PageContext, remark: Remark, scope: QueryScope) -> list[Any]:
    _, locale = page.gettext, page.locale
    audience = _("for staff and the next edition") if remark.is_public else _("for staff")
    signature = f"{remark.written_by}, {locale.format_moment(remark.written_at)} · {audience}"
    action = None
    if remark.agreed_action:
        action = tags.P(
            [
                tags.B(f"{_('Action:')} "),
                remark.agreed_action,
                " ",
                tags.Span(_describe_responsibility(page, remark)),
            ],
            className="agreed",
        )
    return [tags.P(remark.reason, className="why"), action, tags.P(signature, className="muted")]


def _describe_responsibility(page: PageContext, remark: Remark) -> str:
    """Return who does it, by when, and whether it is done or overdue."""
    _ = page.gettext
    day = page.locale.format_day(remark.due) if remark.due else "–"
    parameters = {"who": remark.responsible, "day": day}
    if remark.is_done:
        return _("({who}, by {day}: done)", **parameters)
    if remark.due is not None and remark.due < page.now.date():
        return _("({who}, by {day}: overdue)", **parameters)
    return _("({who}, by {day})", **parameters)


def _build_missing_remark(page: PageContext, missing_remark: MissingRemark) -> Any:
    """Return a year that ended off target without a remark; for managers with a link to write one."""
    _, locale = page.gettext, page.locale
    text = _(
        "{year} ended at {actual} against a target of {target}, more than 10 % off.",
        year=missing_remark.quarter.year,
        actual=describe_amount(missing_remark.figure.rated_actual, missing_remark.indicator, locale),
        target=append_unit(
            describe_amount(missing_remark.figure.target, missing_remark.indicator, locale),
            missing_remark.indicator,
            locale,
        ),
    )
    if not page.visitor.has_permission(Permission.MANAGE):
        return tags.Li([text, " ", _("A manager needs to write a remark.")])
    link = tags.A(
        _("Write a remark"),
        href=make_remark_address(missing_remark.indicator.code, missing_remark.quarter, locale),
    )
    return tags.Li([text, " ", link])


def build_open_actions(page: PageContext, scope: QueryScope, remarks: Sequence[Remark]) -> Any:
    """Return the section of the overview: open actions by due date, then missing remarks."""
    _ = page.gettext
    names = _read_names(scope)
    open_actions = list_open_actions(remarks, page.now.date())
    missing_remarks = list_missing_remarks(scope, remarks)
    items = [_build_open_action(page, open_action, names) for open_action in open_actions]
    return tags.Section(
        [
            tags.Ul(items, className="steps") if items else tags.P(_("No open actions.")),
            _build_missing_remarks(page, missing_remarks),
        ],
        id="agreements",
    )


def _read_names(scope: QueryScope) -> dict[str, LocalizedText]:
    """Return every indicator's name; a retired one's as in the last plan that had it."""
    return {
        indicator.code: indicator.name
        for version in scope.snapshot.plans.versions
        for indicator in version.plan.indicators
    }


def _build_open_action(page: PageContext, open_action: ActionItem, names: dict[str, LocalizedText]) -> Any:
    _, locale, remark = page.gettext, page.locale, open_action.remark
    day = locale.format_day(remark.due) if remark.due else "–"
    name = names[remark.indicator].get_text(locale.language) if remark.indicator in names else remark.indicator
    when = _("overdue since {day}", day=day) if open_action.is_overdue else _("by {day}", day=day)
    address = localize_path(f"/staff/indicator/{remark.indicator}", locale.language)
    return tags.Li(
        [
            tags.Span(remark.responsible, className="task"),
            tags.Span([remark.agreed_action, " ", dcc.Link(name, href=address, className="of-what")], className="what"),
            tags.Span(when, className="when overdue" if open_action.is_overdue else "when"),
        ],
    )


def _build_missing_remarks(page: PageContext, missing_remarks: Sequence[MissingRemark]) -> Any:
    """Return the indicators that ended a year off target without a remark."""
    if not missing_remarks:
        return None
    _, locale = page.gettext, page.locale
    items = [
        tags.Li(
            dcc.Link(
                f"{missing_remark.indicator.name.get_text(locale.language)}, {missing_remark.quarter.year}",
                href=localize_path(f"/staff/indicator/{missing_remark.indicator.code}", locale.language),
            ),
        )
        for missing_remark in missing_remarks[:_MAX_MISSING]
    ]
    if len(missing_remarks) > _MAX_MISSING:
        items.append(tags.Li(_("and {count} more", count=len(missing_remarks) - _MAX_MISSING)))
    summary = _("Years that ended more than 10 % off target without a remark: {count}", count=len(missing_remarks))
    return tags.Details([tags.Summary(summary), tags.Ul(items)], className="reminder")
