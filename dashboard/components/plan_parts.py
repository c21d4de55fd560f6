"""Parts of the plan pages: versions, upload form, issues, changes."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.forms import Errors
from dashboard.components.markup import tags
from dashboard.components.tables import build_table
from dashboard.selection import localize_path
from etl.locale import N_
from etl.queries.plan_effects import PlanEffects
from etl.queries.plan_versions import PlanVersionSummary
from etl.use_cases.plans.load_plan import IssueList, PlanChange, describe_changes
from etl.wording.plan_effects import count_figure_changes, describe_assessed_quarters, describe_figure_change

_KINDS = {
    "removed": N_("Retired"),
    "added": N_("New"),
    "target": N_("Targets"),
    "definition": N_("Indicators"),
    "site": N_("Sites"),
    "part": N_("Parts"),
    "objective": N_("Objectives"),
    "setting": N_("The plan as a whole"),
    "programme": N_("Programmes"),
    "link": N_("Programmes of indicators"),
    "alias": N_("Other spellings of sites"),
}
"""Headings of the kinds of changes, in the order of the page."""

_MAX_OPEN_LINES = 40


def build_plan_upload_form(page: PageContext, errors: Errors, path: str) -> Any:
    """Build the form that uploads a plan workbook."""
    _ = page.gettext
    error = tags.P(errors["file"], className="fault", id="file-fault") if "file" in errors else None
    field = tags.Div(
        [
            tags.Label(_("Plan workbook (.xlsx)"), htmlFor="file"),
            error,
            tags.Input(type="file", name="file", id="file", accept=".xlsx"),
        ],
        className="field wrong" if error else "field",
    )
    button = tags.Button(_("Check plan and show changes"), type="submit", className="button")
    return tags.Form(
        [field, button],
        method="post",
        action=localize_path(path, page.language),
        encType="multipart/form-data",
        className="stacked wide-form",
    )


def build_shipped_plan_form(page: PageContext, path: str) -> Any:
    """Build the form that previews the provisional plan of this release, for a database without a plan."""
    _ = page.gettext
    note = tags.P(_("No official plan yet? Begin with the provisional one. The official one replaces it later."))
    button = tags.Button(
        _("Use the provisional plan"), type="submit", name="action", value="shipped", className="button second"
    )
    return tags.Form([note, button], method="post", action=localize_path(path, page.language), className="stacked")


def build_versions(page: PageContext, versions: Sequence[PlanVersionSummary], path: str) -> Any:
    """Build the table of versions, latest first, each with a link to its workbook."""
    _, locale = page.gettext, page.locale
    if not versions:
        return tags.P(_("No plan is loaded yet"))
    header = (
        _("Version"),
        _("In force from"),
        _("Kind"),
        _("Contents"),
        _("Loaded by"),
        _("Reason"),
        _("Workbook"),
    )
    rows = []
    for version in versions:
        loaded_plan = version.loaded_plan
        contents = _(
            "{objectives} objectives, {indicators} indicators, {sites} sites, {targets} targets",
            objectives=version.objectives,
            indicators=version.indicators,
            sites=version.sites,
            targets=version.targets,
        )
        address = localize_path(f"{path}/versions/{loaded_plan.number}", locale.language)
        loader = [loaded_plan.loaded_by, tags.Small(locale.format_moment(loaded_plan.loaded_at))]
        link = tags.A(_("Download version {number}", number=loaded_plan.number), href=address, download="")
        kind = _("provisional") if loaded_plan.is_provisional else _("official")
        rows.append(
            [
                str(loaded_plan.number),
                locale.format_day(loaded_plan.effective),
                kind,
                contents,
                loader,
                loaded_plan.reason or "–",
                link,
            ]
        )
    return build_table(_("Versions of the plan"), header, rows, table_id="versions", show_caption=True, stacks=True)


def build_issues(page: PageContext, issue_list: IssueList) -> Any:
    """Build the table of issues, errors first; None without issues."""
    if not issue_list.count:
        return None
    _ = page.gettext
    issues = sorted(issue_list.issues, key=lambda issue: issue.severity != "error")
    labels = {"error": _("error"), "warning": _("warning")}
    rows = [[issue.location or issue.file, labels[issue.severity], issue.wording.render(_)] for issue in issues]
    caption = _("Issues")
    if issue_list.count > len(issues):
        caption = _("Issues: the first {shown} of {count}", shown=len(issues), count=issue_list.count)
    header = (_("Where"), _("Kind"), _("What to do"))
    return build_table(caption, header, rows, table_id="faults-of-plan", show_caption=True, stacks=True)


def build_plan_effects(page: PageContext, effects: PlanEffects | None) -> Any:
    """Build what the plan would change: quarters, and figures with their targets and ratings; None for a first plan."""
    if effects is None:
        return None
    _, locale = page.gettext, page.locale
    assessed = describe_assessed_quarters(effects.effective, effects.quarters, effects.ended_count, locale)
    sentences = [tags.P(assessed), tags.P(count_figure_changes(effects.figures, locale))]
    lines = [tags.Li(describe_figure_change(effect, effects.plan, locale)) for effect in effects.figures]
    if lines:
        heading = tags.Summary(_("Figures that change: {count}", count=len(lines)))
        is_short = len(lines) <= _MAX_OPEN_LINES
        sentences.append(tags.Details([heading, tags.Ul(lines)], open=is_short, className="reminder"))
    return tags.Section([tags.H2(_("What this plan changes")), *sentences], id="effects")


def build_changes(page: PageContext, changes: Sequence[PlanChange]) -> Any:
    """Build the list of changes by kind. Long lists are collapsed."""
    _ = page.gettext
    if not changes:
        return tags.P(_("This is the first plan."))
    order = list(_KINDS)
    sentences = sorted(describe_changes(changes, page.locale), key=lambda pair: order.index(pair[0]))
    sections = []
    for kind, pairs in groupby(sentences, key=itemgetter(0)):
        lines = [tags.Li(sentence) for _kind, sentence in pairs]
        heading = _("{kind}: {count}", kind=_(_KINDS[kind]), count=len(lines))
        sections.append(
            tags.Details(
                [tags.Summary(heading), tags.Ul(lines)],
                open=len(lines) <= _MAX_OPEN_LINES,
                className="reminder",
            )
        )
    return tags.Section([tags.H2(_("Changes: {count}", count=len(sentences))), *sections], id="changes")
