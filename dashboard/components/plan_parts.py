"""What the administrator sees of plans: versions, the form that takes a workbook, its faults, its changes."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.forms import Errors
from dashboard.components.markup import element
from dashboard.components.tables import build_table
from dashboard.selection import localize_path
from etl.locale import N_
from etl.queries.plan_versions import PlanVersionSummary
from etl.use_cases.plans.load_plan import PlanChange, PlanIssue, describe_changes

_KINDS = {
    "removed": N_("Closed"),
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
"""In the order in which they are told: first what people will look for and not find."""

_SHOWN_OPEN = 40


def build_plan_upload_form(request: PageContext, faults: Errors, path: str) -> Any:
    """A native form that takes one workbook."""
    _ = request.gettext
    fault = element("P", faults["file"], className="fault", id="file-fault") if "file" in faults else None
    field = element(
        "Div",
        [
            element("Label", _("Plan workbook (.xlsx)"), htmlFor="file"),
            fault,
            element("Input", type="file", name="file", id="file", accept=".xlsx"),
        ],
        className="field wrong" if fault else "field",
    )
    button = element("Button", _("Check it and show what it changes"), type="submit", className="button")
    return element(
        "Form",
        [field, button],
        method="post",
        action=localize_path(path, request.language),
        encType="multipart/form-data",
        className="stacked wide-form",
    )


def build_versions(request: PageContext, versions: Sequence[PlanVersionSummary], path: str) -> Any:
    """A row for each version, the newest first, each with its workbook."""
    _, locale = request.gettext, request.locale
    if not versions:
        return element("P", _("No plan is loaded yet"))
    header = (
        _("Version"),
        _("In force from"),
        _("Kind"),
        _("Holds"),
        _("Loaded by"),
        _("Reason"),
        _("Workbook"),
    )
    rows = []
    for one in versions:
        loaded = one.loaded_plan
        holds = _(
            "{objectives} objectives, {indicators} indicators, {sites} sites, {targets} targets",
            objectives=one.objectives,
            indicators=one.indicators,
            sites=one.sites,
            targets=one.targets,
        )
        address = localize_path(f"{path}/versions/{loaded.number}", locale.language)
        who = [loaded.loaded_by, element("Small", locale.format_moment(loaded.loaded_at))]
        link = element("A", _("Download version {number}", number=loaded.number), href=address, download="")
        kind = _("provisional") if loaded.is_provisional else _("official")
        rows.append(
            [str(loaded.number), locale.format_day(loaded.effective), kind, holds, who, loaded.reason or "–", link]
        )
    return build_table(_("Versions of the plan"), header, rows, table_id="versions", show_caption=True, stacks=True)


def build_faults(request: PageContext, faults: Sequence[PlanIssue]) -> Any:
    """Every fault with its sheet and cell, errors first, in the language of the page."""
    if not faults:
        return None
    _ = request.gettext
    ordered = sorted(faults, key=lambda one: one.severity != "error")
    words = {"error": _("error"), "warning": _("warning")}
    rows = [[one.location or one.file, words[one.severity], one.wording.render(_)] for one in ordered]
    caption = _("What is wrong, and where")
    header = (_("Where"), _("Kind"), _("What to do"))
    return build_table(caption, header, rows, table_id="faults-of-plan", show_caption=True, stacks=True)


def build_changes(request: PageContext, changes: Sequence[PlanChange]) -> Any:
    """Every change as a sentence, kind by kind; long lists are folded."""
    _ = request.gettext
    if not changes:
        return element("P", _("It is the first plan."))
    order = list(_KINDS)
    told = sorted(describe_changes(changes, request.locale), key=lambda one: order.index(one[0]))
    sections = []
    for kind, found in groupby(told, key=lambda one: one[0]):
        lines = [element("Li", sentence) for _, sentence in found]
        heading = _("{kind}: {count}", kind=_(_KINDS[kind]), count=len(lines))
        sections.append(
            element(
                "Details",
                [element("Summary", heading), element("Ul", lines)],
                open=len(lines) <= _SHOWN_OPEN,
                className="reminder",
            )
        )
    return element("Section", [element("H2", _("Changes: {count}", count=len(told))), *sections], id="changes")
