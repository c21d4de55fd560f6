"""What a new plan changes against an older one, and the codes that it must not use again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Target
from etl.locale import N_
from etl.plan.check_plan import EMPTY_SOURCE_MAP
from etl.plan.columns import FILE_SCHEMAS, SETTINGS, TARGETS, FileSchema
from etl.plan.issues import Message, PlanIssue, make_message, sort_issues
from etl.plan.items import Item, Key, items_of, key_of, value_of, values_of
from etl.plan.parse import format_cell
from etl.plan.source_map import SourceMap

ChangeKind = Literal[
    "added", "removed", "setting", "objective", "definition", "part", "target", "site", "alias", "programme", "link"
]

_KINDS: Mapping[str, tuple[ChangeKind, str]] = {
    "objectives": ("objective", N_("objective")),
    "indicators": ("definition", N_("indicator")),
    "disaggregations": ("part", "part"),
    "targets": ("target", "target"),
    "sites": ("site", N_("site")),
    "site_aliases": ("alias", "alias"),
    "programmes": ("programme", N_("programme")),
    "indicator_programmes": ("link", "link"),
}

_CODED = ("objectives", "indicators", "sites", "programmes")
"""Files whose rows have a code of their own: there a row that comes or goes is `added` or `removed`."""


@dataclass(frozen=True)
class PlanChange:
    """One thing that differs. `code` names the row, `what` the column, the year and site, or what was added."""

    kind: ChangeKind
    code: str
    what: str
    old: str
    new: str
    reason: str = ""


def compare_plans(old: Plan, new: Plan) -> tuple[PlanChange, ...]:
    """Everything that differs, file by file; the order of rows doesn't count.

    What hangs on an indicator that comes or goes (targets, parts, programmes) is not told one by one.
    """
    changes = list(_setting_changes(old, new))
    for shape in FILE_SCHEMAS[1:]:
        changes += _file_changes(shape, old, new)
    return tuple(changes)


def _setting_changes(old: Plan, new: Plan) -> Iterator[PlanChange]:
    sources = dict(old.settings.sources), dict(new.settings.sources)
    for column in SETTINGS:
        pairs = (
            ("value", value_of(old.settings, column), value_of(new.settings, column)),
            ("source", sources[0].get(column.name, ""), sources[1].get(column.name, "")),
        )
        for what, before, after in pairs:
            if before != after:
                yield PlanChange("setting", column.name, what, format_cell(column, before), format_cell(column, after))


def _file_changes(shape: FileSchema, old: Plan, new: Plan) -> Iterator[PlanChange]:
    before, after = _by_key(old, shape), _by_key(new, shape)
    stays = old.indicator_by_code.keys() & new.indicator_by_code.keys()
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if shape.key[0] == "indicator" and key[0] not in stays:
            continue
        if one is None and other is not None:
            yield _came(shape, key, other)
        elif other is None and one is not None:
            yield _went(shape, key, one)
        elif one is not None and other is not None and one != other:
            yield from _column_changes(shape, key, one, other)


def _by_key(plan: Plan, shape: FileSchema) -> dict[Key, Item]:
    return {key_of(shape, values_of(item, shape)): item for item in items_of(plan, shape)}


def _came(shape: FileSchema, key: Key, item: Item) -> PlanChange:
    if shape.name in _CODED:
        return PlanChange("added", key[0], _KINDS[shape.name][1], "", _shown(item))
    return PlanChange(_KINDS[shape.name][0], key[0], _rest(shape, key), "", _shown(item), _reason(item))


def _went(shape: FileSchema, key: Key, item: Item) -> PlanChange:
    if shape.name in _CODED:
        return PlanChange("removed", key[0], _KINDS[shape.name][1], _shown(item), "")
    return PlanChange(_KINDS[shape.name][0], key[0], _rest(shape, key), _shown(item), "")


def _column_changes(shape: FileSchema, key: Key, old: Item, new: Item) -> Iterator[PlanChange]:
    """A column for each difference. A target's reason goes with its value, and is no change of its own beside it."""
    for column in shape.columns:
        before, after = value_of(old, column), value_of(new, column)
        if before == after or (column.name == "reason" and _shown(old) != _shown(new)):
            continue
        what = column.name if len(key) == 1 else f"{_rest(shape, key)} {column.name}"
        if shape is TARGETS and column.name == "value":
            what = _rest(shape, key)
        yield PlanChange(
            _KINDS[shape.name][0], key[0], what, format_cell(column, before), format_cell(column, after), _reason(new)
        )


def _rest(shape: FileSchema, key: Key) -> str:
    """What the row is about within its code: `2025`, `2025 BKN`, `sex/women`."""
    if shape is TARGETS:
        return " ".join(part for part in (key[2], key[1]) if part)
    return "/".join(key[1:])


def _shown(item: Item) -> str:
    """What is told of a row that comes or goes: its value or its name."""
    if isinstance(item, Target):
        return format(item.value, "f")
    for name in ("name", "label"):
        if hasattr(item, name):
            return str(getattr(item, name).en)
    return str(getattr(item, "site", "") or getattr(item, "programme", ""))


def _reason(item: Item) -> str:
    return item.reason if isinstance(item, Target) else ""


def describe_change(change: PlanChange, _: Callable[..., str]) -> str:
    """One sentence about the change, in the language of `say` (`etl.locale.translations.speak`)."""
    told = {"code": change.code, "what": change.what, "old": change.old, "new": change.new, "reason": change.reason}
    if change.kind == "added":
        sentence = _("{code} is new ({what}): {new}.", **told)
    elif change.kind == "removed":
        sentence = _("{code} is closed ({what}): {old}.", **told)
    elif change.kind == "target":
        sentence = _describe_target(change, _, told)
    elif not change.old:
        sentence = _("{code}, {what}: now {new}.", **told)
    elif not change.new:
        sentence = _("{code}, {what}: no longer {old}.", **told)
    else:
        sentence = _("{code}, {what}: {new} instead of {old}.", **told)
    return _("{sentence} Reason: {reason}.", sentence=sentence, reason=change.reason) if change.reason else sentence


def _describe_target(change: PlanChange, _: Callable[..., str], told: Mapping[str, str]) -> str:
    if not change.old:
        return _("{code}, target {what}: {new}, none before.", **told)
    if not change.new:
        return _("{code}, target {what}: none, {old} before.", **told)
    return _("{code}, target {what}: {new} instead of {old}.", **told)


def find_reused_codes(
    older: Sequence[Plan], new: Plan, source_map: SourceMap = EMPTY_SOURCE_MAP
) -> tuple[PlanIssue, ...]:
    """The codes that stood for something else in an older plan (oldest first): addresses last, so codes do too.

    Found are codes of another kind of thing, and codes that were closed in between and come back under another name.
    A code that was never closed may be renamed; whether it still means the same, only people can say.
    """
    faults: list[PlanIssue] = []
    for shape in FILE_SCHEMAS[1:]:
        if shape.name in _CODED:
            for (code,), item in _by_key(new, shape).items():
                message = _other_kind(shape, code, older) or _other_name(shape, code, item, older)
                if message is not None:
                    faults.append(source_map.make_issue(shape.name, (code,), "code", message))
    return sort_issues(faults)


def _other_kind(shape: FileSchema, code: str, older: Sequence[Plan]) -> Message | None:
    for plan in reversed(older):
        for other in FILE_SCHEMAS:
            if other.name in _CODED and other is not shape and (code,) in _by_key(plan, other):
                kind, name = make_message(_KINDS[other.name][1]), repr(_shown(_by_key(plan, other)[code,]))
                return make_message(
                    N_("{code} was the code of the {kind} {name}; choose a code that was never used"),
                    code=code,
                    kind=kind,
                    name=name,
                )
    return None


def _other_name(shape: FileSchema, code: str, item: Item, older: Sequence[Plan]) -> Message | None:
    if not older or (code,) in _by_key(older[-1], shape):
        return None
    for plan in reversed(older):
        before = _by_key(plan, shape).get((code,))
        if before is not None:
            old, new = _shown(before), _shown(item)
            text = N_("{code} was closed and was {old}, not {new}; choose a code that was never used")
            return make_message(text, code=code, old=repr(old), new=repr(new)) if old != new else None
    return None
