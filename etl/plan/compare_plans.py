"""Compare two plans, and find codes that a new plan must not reuse."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Target
from etl.locale import N_
from etl.plan.check_plan import EMPTY_SOURCE_MAP
from etl.plan.columns import FileSchema
from etl.plan.issues import Message, PlanIssue, make_message, sort_issues
from etl.plan.items import Item, Key, get_key, get_value, get_values, list_items
from etl.plan.parse import format_cell
from etl.plan.schemas import FILE_SCHEMAS, SETTINGS, TARGETS
from etl.plan.source_map import SourceMap

ChangeKind = Literal[
    "added",
    "removed",
    "setting",
    "objective",
    "definition",
    "part",
    "stage",
    "target",
    "site",
    "alias",
    "programme",
    "link",
]

_KINDS: Mapping[str, tuple[ChangeKind, str]] = {
    "objectives": ("objective", N_("objective")),
    "indicators": ("definition", N_("indicator")),
    "disaggregations": ("part", "part"),
    "stages": ("stage", "stage"),
    "targets": ("target", "target"),
    "sites": ("site", N_("site")),
    "site_aliases": ("alias", "alias"),
    "programmes": ("programme", N_("programme")),
    "indicator_programmes": ("link", "link"),
}

_CODED = ("objectives", "indicators", "sites", "programmes")
"""Files whose rows have their own code: a new or missing row is a change of kind `added` or `removed`."""


@dataclass(frozen=True)
class PlanChange:
    """One difference. `code` names the row; `what` the column, the year and site, or the kind of a new row."""

    kind: ChangeKind
    code: str
    detail: str
    old: str
    new: str
    reason: str = ""


def compare_plans(old: Plan, new: Plan) -> tuple[PlanChange, ...]:
    """Return all differences, file by file; the order of rows doesn't matter.

    The targets, parts and programmes of an added or removed indicator are not listed one by one.
    """
    changes = list(_iterate_setting_changes(old, new))
    for schema in FILE_SCHEMAS[1:]:
        changes += (_name_stages(change, old, new) for change in _iterate_file_changes(schema, old, new))
    return tuple(changes)


def _iterate_setting_changes(old: Plan, new: Plan) -> Iterator[PlanChange]:
    sources = dict(old.settings.sources), dict(new.settings.sources)
    for column in SETTINGS:
        pairs = (
            ("value", get_value(old.settings, column), get_value(new.settings, column)),
            ("source", sources[0].get(column.name, ""), sources[1].get(column.name, "")),
        )
        for what, before, after in pairs:
            if before != after:
                yield PlanChange("setting", column.name, what, format_cell(column, before), format_cell(column, after))


def _iterate_file_changes(schema: FileSchema, old: Plan, new: Plan) -> Iterator[PlanChange]:
    before, after = _index_by_key(old, schema), _index_by_key(new, schema)
    common_codes = old.indicator_by_code.keys() & new.indicator_by_code.keys()
    for key in dict.fromkeys([*before, *after]):
        old_item, new_item = before.get(key), after.get(key)
        if schema.key[0] == "indicator" and key[0] not in common_codes:
            continue
        if old_item is None and new_item is not None:
            yield _make_addition(schema, key, new_item)
        elif new_item is None and old_item is not None:
            yield _make_removal(schema, key, old_item)
        elif old_item is not None and new_item is not None and old_item != new_item:
            yield from _iterate_column_changes(schema, key, old_item, new_item)


def _name_stages(change: PlanChange, old: Plan, new: Plan) -> PlanChange:
    """Return the change of a target or baseline with the codes of stages in place of their ranks."""
    if change.kind != "target" and change.detail != "baseline_value":
        return change
    return replace(change, old=_name_stage(old, change.code, change.old), new=_name_stage(new, change.code, change.new))


def _name_stage(plan: Plan, code: str, text: str) -> str:
    indicator = plan.indicator_by_code.get(code)
    stage = indicator.find_stage(int(text)) if indicator is not None and text.isdigit() else None
    return text if stage is None else stage.code


def _index_by_key(plan: Plan, schema: FileSchema) -> dict[Key, Item]:
    return {get_key(schema, get_values(item, schema)): item for item in list_items(plan, schema)}


def _make_addition(schema: FileSchema, key: Key, item: Item) -> PlanChange:
    if schema.name in _CODED:
        return PlanChange("added", key[0], _KINDS[schema.name][1], "", _describe_item(item))
    return PlanChange(
        _KINDS[schema.name][0],
        key[0],
        _format_key_without_code(schema, key),
        "",
        _describe_item(item),
        _get_reason(item),
    )


def _make_removal(schema: FileSchema, key: Key, item: Item) -> PlanChange:
    if schema.name in _CODED:
        return PlanChange("removed", key[0], _KINDS[schema.name][1], _describe_item(item), "")
    return PlanChange(_KINDS[schema.name][0], key[0], _format_key_without_code(schema, key), _describe_item(item), "")


def _iterate_column_changes(schema: FileSchema, key: Key, old: Item, new: Item) -> Iterator[PlanChange]:
    """Yield a change for each column that differs. A target's reason belongs to the change of its value."""
    for column in schema.columns:
        before, after = get_value(old, column), get_value(new, column)
        if before == after or (column.name == "reason" and _describe_item(old) != _describe_item(new)):
            continue
        what = column.name if len(key) == 1 else f"{_format_key_without_code(schema, key)} {column.name}"
        if schema is TARGETS and column.name == "value":
            what = _format_key_without_code(schema, key)
        yield PlanChange(
            _KINDS[schema.name][0],
            key[0],
            what,
            format_cell(column, before),
            format_cell(column, after),
            _get_reason(new),
        )


def _format_key_without_code(schema: FileSchema, key: Key) -> str:
    """Return the key of the row without its code: `2025`, `2025 BKN sex/women`, `sex/women`."""
    if schema is TARGETS:
        _, site, year, part = key
        return " ".join(name for name in (year, site, part) if name)
    return "/".join(key[1:])


def _describe_item(item: Item) -> str:
    """Return the value or name by which a new or missing row is described."""
    if isinstance(item, Target):
        return format(item.value, "f")
    for name in ("name", "label"):
        if hasattr(item, name):
            return str(getattr(item, name).en)
    return str(getattr(item, "site", "") or getattr(item, "programme", ""))


def _get_reason(item: Item) -> str:
    return item.reason if isinstance(item, Target) else ""


def describe_change(change: PlanChange, _: Callable[..., str]) -> str:
    """Describe a change in one sentence, translated with a `gettext` function."""
    parameters = {
        "code": change.code,
        "what": change.detail,
        "old": change.old,
        "new": change.new,
        "reason": change.reason,
    }
    if change.kind == "added":
        sentence = _("{code} is new ({what}): {new}.", **parameters)
    elif change.kind == "removed":
        sentence = _("{code} is retired ({what}): {old}.", **parameters)
    elif change.kind == "target":
        sentence = _describe_target(change, _, parameters)
    elif not change.old:
        sentence = _("{code}, {what}: now {new}.", **parameters)
    elif not change.new:
        sentence = _("{code}, {what}: no longer {old}.", **parameters)
    else:
        sentence = _("{code}, {what}: {new} instead of {old}.", **parameters)
    return _("{sentence} Reason: {reason}.", sentence=sentence, reason=change.reason) if change.reason else sentence


def _describe_target(change: PlanChange, _: Callable[..., str], parameters: Mapping[str, str]) -> str:
    if not change.old:
        return _("{code}, target {what}: {new}, none before.", **parameters)
    if not change.new:
        return _("{code}, target {what}: none, {old} before.", **parameters)
    return _("{code}, target {what}: {new} instead of {old}.", **parameters)


def find_reused_codes(
    older: Sequence[Plan], new: Plan, source_map: SourceMap = EMPTY_SOURCE_MAP
) -> tuple[PlanIssue, ...]:
    """Return an issue for each code that meant something else in an older plan (oldest first), since URLs must last.

    These are codes of another kind of item, and retired codes that return under another name. A code that was never
    retired may be renamed; only people can tell whether it still means the same.
    """
    issues: list[PlanIssue] = []
    for schema in FILE_SCHEMAS[1:]:
        if schema.name in _CODED:
            for (code,), item in _index_by_key(new, schema).items():
                message = _check_kind(schema, code, older) or _check_name(schema, code, item, older)
                if message is not None:
                    issues.append(source_map.make_issue(schema.name, (code,), "code", message))
    return sort_issues(issues)


def _check_kind(schema: FileSchema, code: str, older: Sequence[Plan]) -> Message | None:
    for plan in reversed(older):
        for other in FILE_SCHEMAS:
            if other.name in _CODED and other is not schema and (code,) in _index_by_key(plan, other):
                kind, name = (
                    make_message(_KINDS[other.name][1]),
                    repr(_describe_item(_index_by_key(plan, other)[code,])),
                )
                return make_message(
                    N_("{code} was the code of the {kind} {name}; choose a code that was never used"),
                    code=code,
                    kind=kind,
                    name=name,
                )
    return None


def _check_name(schema: FileSchema, code: str, item: Item, older: Sequence[Plan]) -> Message | None:
    if not older or (code,) in _index_by_key(older[-1], schema):
        return None
    for plan in reversed(older):
        before = _index_by_key(plan, schema).get((code,))
        if before is not None:
            old, new = _describe_item(before), _describe_item(item)
            text = N_("{code} is retired and was {old}, not {new}; choose a code that was never used")
            return make_message(text, code=code, old=repr(old), new=repr(new)) if old != new else None
    return None
