"""The rows of a typed return: its fields with what is known about them, and the findings at each field."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.indicators.vocabulary import Indicator, Objective, Stage
from etl.locale import N_, Locale
from etl.queries.localized_findings import LocalizedFinding, localize_findings
from etl.use_cases.returns.typed_return import TypedEntries, TypedForm, TypedFormCheck, TypedRow
from etl.wording.effects import format_exact

BLANK_CODES = frozenset(("cell-blank", "part-blank"))
"""The findings about blank fields: while somebody types, most fields are still blank."""

_SCRIPT_TEXTS = {
    "data-say-ready": N_("Your entries are saved while you type."),
    "data-say-saving": N_("Saving …"),
    "data-say-waiting": N_("Not connected. Your entries are kept on this device and will be sent again."),
    "data-say-refused": N_("Not saved. Your entries are kept on this device."),
    "data-say-signed-out": N_(
        "You are no longer signed in. Your entries are kept on this device. Sign in, then open this page again."
    ),
    "data-say-other-tab": N_("This return is also open in another tab or window. Type in one of them only."),
    "data-say-restored": N_("Entries that were kept on this device are back in their fields."),
    "data-say-kept": N_("Entries on this device were not saved, and other entries were saved since."),
    "data-say-use-mine": N_("Keep the entries of this page"),
    "data-say-use-other": N_("Show the other entries"),
    "data-say-counts": N_("Filled {filled} of {count} · errors: {errors} · warnings: {warnings}"),
    "data-say-changes": N_("Changes: {count}"),
}


@dataclass(frozen=True)
class FieldFinding:
    """A finding at a field, in the reader's language."""

    code: str
    severity: str
    message: str
    advice: str

    @property
    def is_blank(self) -> bool:
        """Whether it says only that the field is blank."""
        return self.code in BLANK_CODES


@dataclass(frozen=True)
class TypedLine:
    """A line of the page: a heading, or a field with its label and what is known about it."""

    heading: str = ""
    level: int = 0
    number: int = 0
    """The position of the field on the page."""
    row: TypedRow = TypedRow("")
    label: str = ""
    unit: str = ""
    is_indented: bool = False
    last: str = ""
    """The number of the quarter before; blank where there is none."""
    target: str = ""
    stages: tuple[tuple[str, str], ...] = ()
    """The codes and names of the stages to choose from; blank for a number."""
    findings: tuple[FieldFinding, ...] = ()
    is_whole: bool = False

    @property
    def worst(self) -> str:
        """The severity of the worst finding; blank without findings."""
        return self.findings[0].severity if self.findings else ""


def make_script_texts(locale: Locale) -> dict[str, str]:
    """Return the messages of the script as attributes of the form."""
    blanks = {name: f"{{{name}}}" for name in ("filled", "count", "errors", "warnings")}
    return {name: locale.gettext(text, **blanks) for name, text in _SCRIPT_TEXTS.items()}


def group_findings(check: TypedFormCheck | None, locale: Locale) -> dict[str, list[FieldFinding]]:
    """Return the findings of each written key, errors first."""
    groups: defaultdict[str, list[FieldFinding]] = defaultdict(list)
    for finding in _localize(check, locale):
        if finding.key:
            groups[finding.key].append(_make_field_finding(finding))
    return dict(groups)


def list_general_findings(check: TypedFormCheck | None, entries: TypedEntries, locale: Locale) -> list[FieldFinding]:
    """Return the findings that belong to no field of the page."""
    keys = {row.key for row in entries.rows}
    return [_make_field_finding(finding) for finding in _localize(check, locale) if finding.key not in keys - {""}]


def _localize(check: TypedFormCheck | None, locale: Locale) -> tuple[LocalizedFinding, ...]:
    return localize_findings(check.findings, locale).findings if check is not None else ()


def _make_field_finding(finding: LocalizedFinding) -> FieldFinding:
    return FieldFinding(finding.code, finding.severity.value, finding.message, finding.advice)


def build_lines(
    form: TypedForm,
    entries: TypedEntries,
    findings: Mapping[str, Sequence[FieldFinding]],
    locale: Locale,
    *,
    shows_blanks: bool = True,
) -> list[TypedLine]:
    """Return the lines of the form in order, each row with its entries; rows that the form lacks come last."""
    rows = {row.key: row for row in reversed(entries.rows)}
    lines, number = [], 0
    for line in form.lines:
        if isinstance(line, Objective):
            lines.append(TypedLine(heading=f"{line.code} {line.name.get_text(locale.language)}", level=2))
        elif isinstance(line, Indicator):
            lines.append(_make_ratio_heading(form, line, locale))
        else:
            key = str(line.key)
            shown = [finding for finding in findings.get(key, ()) if shows_blanks or not finding.is_blank]
            target_key = line.indicator if line.stages else key
            lines.append(
                TypedLine(
                    number=number,
                    row=rows.pop(key, TypedRow(key)),
                    label=line.label.get_text(locale.language),
                    unit=line.unit.get_text(locale.language),
                    is_indented=bool(line.indent),
                    last=_format_known(form.contents.last_values.get(key), line.stages, locale),
                    target=_format_known(form.contents.targets.get(target_key), line.stages, locale),
                    stages=tuple((stage.code, stage.label.get_text(locale.language)) for stage in line.stages),
                    findings=tuple(shown),
                    is_whole=line.whole,
                )
            )
            number += 1
    others = [row for row in entries.rows if rows.get(row.key) is row]
    return [*lines, *(_make_other_line(row, number + at, findings) for at, row in enumerate(others))]


def _make_other_line(row: TypedRow, number: int, findings: Mapping[str, Sequence[FieldFinding]]) -> TypedLine:
    shown = tuple(findings.get(row.key, ()))
    return TypedLine(number=number, row=row, label=row.label or row.key or "?", findings=shown)


def _make_ratio_heading(form: TypedForm, indicator: Indicator, locale: Locale) -> TypedLine:
    name, target = indicator.name.get_text(locale.language), form.contents.targets.get(indicator.code)
    unit = indicator.unit_label.get_text(locale.language)
    return TypedLine(heading=name, level=3, unit=unit, target=_format_known(target, (), locale))


def _format_known(value: Decimal | None, stages: tuple[Stage, ...], locale: Locale) -> str:
    """Return a number with its own digits or the name of a stage; blank for none."""
    if value is None:
        return ""
    stage = next((stage for stage in stages if stage.rank == value), None)
    return stage.label.get_text(locale.language) if stage is not None else format_exact(value, locale)
