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
from etl.indicators.plans import Plan
from etl.locale import N_
from etl.queries.plan_versions import PlanVersionSummary
from etl.use_cases.plans.check_plan_file import PlanCheck

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
        counts = (version.objectives, version.indicators, version.sites, version.targets)
        address = localize_path(f"{path}/versions/{loaded_plan.number}", locale.language)
        loader = [loaded_plan.loaded_by, tags.Small(locale.format_moment(loaded_plan.loaded_at))]
        link = tags.A(_("Download version {number}", number=loaded_plan.number), href=address, download="")
        kind = _("provisional") if loaded_plan.is_provisional else _("official")
        rows.append(
            [
                str(loaded_plan.number),
                locale.format_day(loaded_plan.effective),
                kind,
                _describe_contents(page, *counts),
                loader,
                loaded_plan.reason or "–",
                link,
            ]
        )
    return build_table(_("Versions of the plan"), header, rows, table_id="versions", show_caption=True, stacks=True)


def _describe_contents(page: PageContext, objectives: int, indicators: int, sites: int, targets: int) -> str:
    locale = page.locale
    return locale.gettext(
        "{objectives}, {indicators}, {sites}, {targets}",
        objectives=locale.ngettext("{count} objective", "{count} objectives", objectives, count=objectives),
        indicators=locale.ngettext("{count} indicator", "{count} indicators", indicators, count=indicators),
        sites=locale.ngettext("{count} site", "{count} sites", sites, count=sites),
        targets=locale.ngettext("{count:,} target", "{count:,} targets", targets, count=targets),
    )


def build_first_contents(page: PageContext, plan: Plan) -> Any:
    """Build what the first plan contains, which changes nothing yet."""
    counts = (len(plan.objectives), len(plan.indicators), len(plan.sites), len(plan.targets))
    return tags.Div([tags.P(page.gettext("This is the first plan.")), tags.P(_describe_contents(page, *counts))])


def build_issues(page: PageContext, check: PlanCheck) -> Any:
    """Build the table of issues, errors first; None without issues."""
    if not check.issue_count:
        return None
    _ = page.gettext
    labels = {"error": _("error"), "warning": _("warning")}
    issues = check.get_texts(page.language).issues
    rows = [[issue.location, labels[issue.severity], issue.advice] for issue in issues]
    caption = _("Issues")
    if check.issue_count > len(issues):
        caption = _("Issues: the first {shown} of {count}", shown=len(issues), count=check.issue_count)
    header = (_("Where"), _("Kind"), _("What to do"))
    return build_table(caption, header, rows, table_id="faults-of-plan", show_caption=True, stacks=True)


def build_plan_effects(page: PageContext, check: PlanCheck) -> Any:
    """Build what the plan would change: quarters, and figures with their targets and ratings; None for a first plan."""
    texts = check.get_texts(page.language)
    if not texts.assessed:
        return None
    _ = page.gettext
    sentences = [tags.P(texts.assessed), tags.P(texts.figure_count)]
    if texts.figures:
        heading = tags.Summary(_("Figures that change"))
        is_short = len(texts.figures) <= _MAX_OPEN_LINES
        lines = tags.Ul([tags.Li(figure) for figure in texts.figures])
        sentences.append(tags.Details([heading, lines], open=is_short, className="reminder"))
    return tags.Section([tags.H2(_("What this plan changes")), *sentences], id="effects")


def build_changes(page: PageContext, check: PlanCheck) -> Any:
    """Build the list of changes by kind. Long lists are collapsed, and their rest is only counted."""
    _ = page.gettext
    order, counts = list(_KINDS), dict(check.change_counts)
    pairs = sorted(check.get_texts(page.language).changes, key=lambda pair: order.index(pair[0]))
    sections = []
    for kind, pairs_of_kind in groupby(pairs, key=itemgetter(0)):
        lines = [tags.Li(sentence) for _kind, sentence in pairs_of_kind]
        if counts[kind] > len(lines):
            lines.append(tags.Li(_("... and {count} more", count=counts[kind] - len(lines))))
        heading = _("{kind}: {count}", kind=_(_KINDS[kind]), count=counts[kind])
        sections.append(
            tags.Details(
                [tags.Summary(heading), tags.Ul(lines)],
                open=len(lines) <= _MAX_OPEN_LINES,
                className="reminder",
            )
        )
    total = sum(counts.values())
    return tags.Section([tags.H2(_("Changes: {count}", count=total)), *sections], id="changes")


def build_check_form(page: PageContext, text: str) -> Any:
    """Build a sentence on why the workbook must be checked, and the button that starts the check."""
    button = tags.Button(
        page.gettext("Check plan and show changes"), type="submit", name="action", value="check", className="button"
    )
    address = localize_path(page.path, page.language)
    return tags.Form([tags.P(text), button], method="post", action=address, className="stacked")
