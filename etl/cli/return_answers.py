"""How a command tells what became of returns: lines, JSON, and one summary of many."""

from collections.abc import Iterable

from etl.cli.answers import say, tell
from etl.cli.effect_answers import plain_effects, show_effects
from etl.queries.return_effects import ReturnEffects
from etl.returns.findings.finding import advice, as_plain, list_findings, message
from etl.returns.workbook.bundle import LeftOut
from etl.use_cases.returns.import_file import LoadedReturn, Outcome, RehearsedReturn
from etl.use_cases.returns.import_many import ManyFile, ManyReturns

_SUMMARY = {
    Outcome.APPROVED: "approved",
    Outcome.SUBMITTED: "submitted",
    Outcome.UNCHANGED: "done before",
    Outcome.REFUSED: "refused",
}


def show_many_file(file: ManyFile, language: str) -> None:
    if file.loaded is None:
        tell(f"{file.name}: {file.trouble}")
    else:
        _show_told(file.loaded, language, file.name)


def sum_up(many: ManyReturns, *, beside: bool) -> None:
    """One line at the end for several files; what was left out is named, since somebody may have meant it."""
    show_left_out(many.left_out)
    if len(many.files) < 2:
        return
    told = [f"{many.counts[outcome]} {words}" for outcome, words in _SUMMARY.items() if many.counts[outcome]]
    told += [f"{many.troubles} could not be tried"] if many.troubles else []
    told += [f"{len(many.left_out)} left out"] if many.left_out else []
    (tell if beside else say)(f"{len(many.files)} files: {', '.join(told)}.")


def show_left_out(left_out: Iterable[LeftOut]) -> None:
    for one in left_out:
        tell(f"{one.name}: left out, {one.reason}.")


def show_return(rehearsed: RehearsedReturn, language: str) -> None:
    """What was found in a file, and what saving it would change where that was asked."""
    _show_told(rehearsed.told, language, rehearsed.told.name)
    if rehearsed.effects is not None:
        show_effects(rehearsed.effects, language)


def _show_told(one: LoadedReturn, language: str, name: str) -> None:
    told = f" (return {one.number})" if one.number else ""
    where = f" {one.site} {one.quarter}" if one.site else ""
    say(f"{name}:{where} {one.outcome.value}{told}")
    listed = list_findings(one.findings)
    for finding in listed.shown:
        place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or "file"
        said = f"{message(finding, language)} {advice(finding, language)}"
        say(f"  {finding.severity.value} {finding.code} {place}: {said}")
    if listed.total > len(listed.shown):
        say(f"  ... and {listed.total - len(listed.shown)} more")


def plain_return(
    one: LoadedReturn, language: str, *, name: str = "", effects: ReturnEffects | None = None
) -> dict[str, object]:
    """The same for other programs."""
    told: dict[str, object] = {
        "file": name or one.name,
        "outcome": one.outcome.value,
        "site": one.site,
        "quarter": str(one.quarter) if one.quarter else None,
        "return": one.number,
        "superseded": one.superseded,
        "findings": [as_plain(finding, language) for finding in list_findings(one.findings).shown],
        "found": len(one.findings),
    }
    if effects is not None:
        told["effects"] = plain_effects(effects, language)
    return told
