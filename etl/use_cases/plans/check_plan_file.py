"""Check an uploaded plan workbook once, in a job, and store the result for its page and for loading it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from etl.database.connection import Engine, reading, writing
from etl.database.plan_check_records import IssueText, PlanCheck, PlanCheckTexts
from etl.database.read.plan_checks import find_plan_check
from etl.database.read.plans import read_loaded_plans
from etl.database.write.plan_checks import store_plan_check
from etl.indicators.effects import PlanEffects
from etl.locale import LANGUAGES, Locale, get_locale
from etl.use_cases.plans.load_plan import (
    PlanLoadOptions,
    PlanLoadResult,
    check_administrator,
    describe_changes,
    find_stored_workbook,
    preview_plan_file,
)
from etl.use_cases.plans.read_plan_file import read_plan_workbook
from etl.wording.plan_effects import count_figure_changes, describe_assessed_quarters, describe_figure_change

__all__ = ["IssueText", "PlanCheck", "PlanCheckTexts", "check_stored_plan", "get_plan_check"]

MAX_LISTED_CHANGES = 500
"""Sentences of one kind of change, and of figures, that are stored and shown."""

_RETENTION = timedelta(days=30)


def check_stored_plan(engine: Engine, sha256: str, *, actor: str, now: datetime) -> PlanCheck:
    """Read and check a stored workbook, and store what loading it would change, or its issues."""
    name, content = find_stored_workbook(engine, sha256, actor)
    with reading(engine) as connection:
        versions = read_loaded_plans(connection)
    plan_file = read_plan_workbook(name, content)
    result = preview_plan_file(engine, name, plan_file, PlanLoadOptions(actor=actor, now=now))
    kinds = Counter(change.kind for change in result.changes)
    check = PlanCheck(
        sha256=sha256,
        checked_at=now,
        latest_version=versions[-1].number if versions else 0,
        is_new=result.is_new,
        error_count=result.issue_list.error_count,
        warning_count=result.issue_list.warning_count,
        effective=result.effective,
        is_provisional=result.is_provisional,
        plan=None if result.issue_list.error_count else plan_file.plan,
        change_counts=tuple(kinds.items()),
        texts=tuple(_write_texts(result, get_locale(language)) for language in LANGUAGES),
    )
    with writing(engine) as connection:
        store_plan_check(connection, check, delete_before=now - _RETENTION)
    return check


def get_plan_check(engine: Engine, sha256: str, *, actor: str) -> PlanCheck | None:
    """Return the check of a stored workbook; None if it was not checked. PlanLoadError for an unknown workbook."""
    find_stored_workbook(engine, sha256, actor)
    with reading(engine) as connection:
        check_administrator(connection, actor)
        return find_plan_check(connection, sha256)


def _write_texts(result: PlanLoadResult, locale: Locale) -> PlanCheckTexts:
    issues = sorted(result.issue_list.issues, key=lambda issue: issue.severity != "error")
    texts = PlanCheckTexts(
        language=locale.language,
        issues=tuple(
            IssueText(issue.location or issue.file, issue.severity, issue.wording.render(locale.gettext))
            for issue in issues
        ),
        changes=tuple(_limit_changes(describe_changes(result.changes, locale))),
    )
    effects = result.effects
    if effects is None:
        return texts
    return PlanCheckTexts(
        language=texts.language,
        issues=texts.issues,
        changes=texts.changes,
        assessed=describe_assessed_quarters(effects.effective, effects.quarters, effects.ended_count, locale),
        figure_count=count_figure_changes(effects, locale),
        figures=tuple(_describe_figure_changes(effects, locale)),
    )


def _describe_figure_changes(effects: PlanEffects, locale: Locale) -> Iterator[str]:
    """Yield a sentence for each figure that changes, those of the centre first, and how many more there are."""
    figures = sorted(effects.figures, key=lambda effect: bool(effect.site))
    for effect in figures[:MAX_LISTED_CHANGES]:
        yield describe_figure_change(effect, effects.plan, locale)
    if len(figures) > MAX_LISTED_CHANGES:
        yield locale.gettext("... and {count} more", count=len(figures) - MAX_LISTED_CHANGES)


def _limit_changes(sentences: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    counts: defaultdict[str, int] = defaultdict(int)
    for kind, sentence in sentences:
        counts[kind] += 1
        if counts[kind] <= MAX_LISTED_CHANGES:
            yield kind, sentence
