"""What the administrator sees of plans: versions, the form that takes a workbook, its faults, its changes."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.tables import build_table, element
from dashboard.components.typed_fields import Faults
from dashboard.selection import in_language
from etl.locale.translations import format_day, format_moment, to_say
from etl.queries.plan_versions import PlanHeld
from etl.use_cases.plans.load_plan import PlanChange, PlanFault, changes_in_words

_KINDS = {
    "removed": to_say("Closed"),
    "added": to_say("New"),
    "target": to_say("Targets"),
    "definition": to_say("Indicators"),
    "site": to_say("Sites"),
    "part": to_say("Parts"),
    "objective": to_say("Objectives"),
    "setting": to_say("The plan as a whole"),
    "programme": to_say("Programmes"),
    "link": to_say("Programmes of indicators"),
    "alias": to_say("Other spellings of sites"),
}
"""In the order in which they are told: first what people will look for and not find."""

_SHOWN_OPEN = 40


def build_upload(request: PageRequest, faults: Faults, path: str) -> Any:
    """A native form that takes one workbook."""
    say = request.say
    fault = element("P", faults["file"], className="fault", id="file-fault") if "file" in faults else None
    field = element(
        "Div",
        [
            element("Label", say("Plan workbook (.xlsx)"), htmlFor="file"),
            fault,
            element("Input", type="file", name="file", id="file", accept=".xlsx"),
        ],
        className="field wrong" if fault else "field",
    )
    button = element("Button", say("Check it and show what it changes"), type="submit", className="button")
    return element(
        "Form",
        [field, button],
        method="post",
        action=in_language(path, request.language),
        encType="multipart/form-data",
        className="stacked wide-form",
    )


def build_versions(request: PageRequest, versions: Sequence[PlanHeld], path: str) -> Any:
    """A row for each version, the newest first, each with its workbook."""
    say, language = request.say, request.language
    if not versions:
        return element("P", say("No plan is loaded yet"))
    header = (
        say("Version"),
        say("In force from"),
        say("Kind"),
        say("Holds"),
        say("Loaded by"),
        say("Reason"),
        say("Workbook"),
    )
    rows = []
    for one in versions:
        loaded = one.loaded
        holds = say(
            "{objectives} objectives, {indicators} indicators, {sites} sites, {targets} targets",
            objectives=one.objectives,
            indicators=one.indicators,
            sites=one.sites,
            targets=one.targets,
        )
        address = in_language(f"{path}/versions/{loaded.number}", language)
        who = [loaded.loaded_by, element("Small", format_moment(loaded.loaded_at, language))]
        link = element("A", say("Download version {number}", number=loaded.number), href=address, download="")
        kind = say("provisional") if loaded.is_provisional else say("official")
        rows.append(
            [str(loaded.number), format_day(loaded.effective, language), kind, holds, who, loaded.reason or "–", link]
        )
    return build_table(say("Versions of the plan"), header, rows, table_id="versions", show_caption=True, stacks=True)


def build_faults(request: PageRequest, faults: Sequence[PlanFault]) -> Any:
    """Every fault with its sheet and cell, errors first, in the language of the page."""
    if not faults:
        return None
    say = request.say
    ordered = sorted(faults, key=lambda one: one.severity != "error")
    words = {"error": say("error"), "warning": say("warning")}
    rows = [[one.place or one.file, words[one.severity], one.wording.said(say)] for one in ordered]
    caption = say("What is wrong, and where")
    header = (say("Where"), say("Kind"), say("What to do"))
    return build_table(caption, header, rows, table_id="faults-of-plan", show_caption=True, stacks=True)


def build_changes(request: PageRequest, changes: Sequence[PlanChange]) -> Any:
    """Every change as a sentence, kind by kind; long lists are folded."""
    say = request.say
    if not changes:
        return element("P", say("It is the first plan."))
    order = list(_KINDS)
    told = sorted(changes_in_words(changes, request.language), key=lambda one: order.index(one[0]))
    sections = []
    for kind, found in groupby(told, key=lambda one: one[0]):
        lines = [element("Li", sentence) for _, sentence in found]
        heading = say("{kind}: {count}", kind=say(_KINDS[kind]), count=len(lines))
        sections.append(
            element(
                "Details",
                [element("Summary", heading), element("Ul", lines)],
                open=len(lines) <= _SHOWN_OPEN,
                className="reminder",
            )
        )
    return element("Section", [element("H2", say("Changes: {count}", count=len(told))), *sections], id="changes")
