"""Add prompts, non-blocking warnings, conditional formats, protection and print settings to a form."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import cast

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from etl.locale import N_
from etl.returns.form.cells import fit_pages
from etl.returns.form.entry_sheet import LAST_COLUMN, FormPositions
from etl.returns.form.labels import format_bilingual, list_basis_choices, make_value_prompt, make_value_warning
from etl.returns.form.rows import FormRow
from etl.returns.form.spec import FormSpec
from etl.returns.form.stage_lists import find_stage_list
from etl.returns.form_identity import ColumnTag, FieldTag

MAX_PROMPT_LENGTH = 255
MAX_PROMPT_TITLE_LENGTH = 32
_MAX_PAGES = 2

_EXCESS_STYLE = DifferentialStyle(
    font=Font(bold=True, color="FF9C2A10"), fill=PatternFill(bgColor="FFFBD9CF", fill_type="solid")
)


def add_validations(sheet: Worksheet, spec: FormSpec, positions: FormPositions) -> None:
    """Add validations, conditional formats, protection and page settings to an entry sheet."""
    for validation in (
        *_make_value_validations(spec, positions),
        *_make_stage_validations(spec, positions),
        *_make_other_validations(spec, positions),
    ):
        sheet.add_data_validation(validation)
    for cells, formula in build_excess_rules(spec.rows, positions):
        sheet.conditional_formatting.add(cells, Rule(type="expression", dxf=_EXCESS_STYLE, formula=[formula]))
    _protect(sheet)
    _set_up_page(sheet, spec, positions)


def _make_value_validations(spec: FormSpec, positions: FormPositions) -> Iterator[DataValidation]:
    """Yield a validation per kind of number. Any text passes, so that NC and Khmer digits can be typed."""
    kinds: dict[tuple[bool, Decimal | None, Decimal | None], list[FormRow]] = {}
    for row in spec.rows:
        if row.stages:
            continue
        kinds.setdefault((row.whole, row.minimum, row.maximum), []).append(row)
    for (whole, minimum, maximum), rows in kinds.items():
        cells = [positions.get_address(str(row.key), ColumnTag.VALUE) for row in rows]
        yield _make_validation(
            cells,
            formula=_build_formula(cells[0], whole, minimum, maximum),
            title=format_bilingual(N_("Value")),
            prompt=make_value_prompt(whole=whole, minimum=minimum, maximum=maximum),
            error=make_value_warning(whole=whole, minimum=minimum, maximum=maximum),
        )


def _make_stage_validations(spec: FormSpec, positions: FormPositions) -> Iterator[DataValidation]:
    """Yield a list of words per row of stages. Other text passes with a warning, as in other rows."""
    prompt = format_bilingual(N_("Choose a stage from the list, or NC if it is not known."), "\n")
    for row in spec.rows:
        if row.stages:
            cell = positions.get_address(str(row.key), ColumnTag.VALUE)
            validation = _make_validation([cell], title=format_bilingual(N_("Value")), prompt=prompt, error=prompt)
            validation.type, validation.formula1 = "list", find_stage_list(spec.rows, row)
            yield validation


def _build_formula(cell: str, whole: bool, minimum: Decimal | None, maximum: Decimal | None) -> str:
    """Return the condition for valid entries, relative to the first cell as spreadsheet programs expect."""
    conditions = [f"ISNUMBER({cell})"]
    if minimum is not None:
        conditions.append(f"{cell}>={format(minimum, 'f')}")
    if maximum is not None:
        conditions.append(f"{cell}<={format(maximum, 'f')}")
    if whole:
        conditions.append(f"{cell}=INT({cell})")
    return f"OR(ISTEXT({cell}),AND({','.join(conditions)}))"


def _make_other_validations(spec: FormSpec, positions: FormPositions) -> Iterator[DataValidation]:
    notes = [positions.get_address(str(row.key), ColumnTag.NOTE) for row in spec.rows]
    prepared_by, prepared_on, basis = (
        positions.get_field_address(tag) for tag in (FieldTag.PREPARED_BY, FieldTag.DATE, FieldTag.BASIS)
    )
    for cells, title, prompt in (
        (notes, N_("Note"), N_("Anything the reader should know, such as why NC or why the number is high or low.")),
        ([prepared_by], N_("Prepared by"), N_("Name of the person who fills in this form.")),
        ([prepared_on], N_("Date"), N_("Date, for example 2025-09-30.")),
    ):
        yield _make_validation(cells, title=format_bilingual(title), prompt=format_bilingual(prompt, "\n"))
    if basis:
        prompt = format_bilingual(N_("Choose from the list."), "\n")
        choices = _make_validation([basis], title=format_bilingual(N_("Flows are")), prompt=prompt, error=prompt)
        choices.type = "list"
        choices.formula1 = f'"{",".join(list_basis_choices(spec.first_month))}"'
        yield choices


def _make_validation(
    cells: Iterable[str], *, title: str, prompt: str, formula: str | None = None, error: str | None = None
) -> DataValidation:
    """Return a validation with a prompt. With a formula it also warns on entry, but never blocks."""
    return DataValidation(
        type="custom" if formula else None,
        formula1=formula,
        allow_blank=True,
        errorStyle="warning",
        showInputMessage=True,
        showErrorMessage=True,
        promptTitle=title[:MAX_PROMPT_TITLE_LENGTH],
        prompt=prompt[:MAX_PROMPT_LENGTH],
        errorTitle=title[:MAX_PROMPT_TITLE_LENGTH],
        error=(error or prompt)[:MAX_PROMPT_LENGTH],
        sqref=" ".join(cells),
    )


def build_excess_rules(rows: Iterable[FormRow], positions: FormPositions) -> Iterator[tuple[str, str]]:
    """Yield the cell of each row that has an upper bound, with the formula that is true when it is exceeded."""
    for row in rows:
        if row.upper_bound is None or str(row.upper_bound) not in positions.key_rows:
            continue
        part = positions.get_address(str(row.key), ColumnTag.VALUE)
        total = positions.get_address(str(row.upper_bound), ColumnTag.VALUE)
        scale, limit = ("" if factor == 1 else f"*{format(factor, 'f')}" for factor in row.upper_bound_factors)
        yield part, f"AND(ISNUMBER({part}),ISNUMBER({total}),{part}{scale}>{total}{limit})"


def _protect(sheet: Worksheet) -> None:
    """Protect the sheet against slips, without a password. Columns and rows can still be resized."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _set_up_page(sheet: Worksheet, spec: FormSpec, positions: FormPositions) -> None:
    sheet.freeze_panes = f"A{positions.header_row + 1}"
    sheet.print_area = f"A1:{get_column_letter(LAST_COLUMN)}{positions.last_row}"
    sheet.print_title_rows = f"{positions.header_row}:{positions.header_row}"
    fit_pages(sheet, "portrait", max_pages=_MAX_PAGES)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.6, 0.2, 0.3
    footer = cast(HeaderFooterItem, sheet.oddFooter)
    footer.left.text = spec.identity.form_id
    footer.right.text = format_bilingual(N_("Page &P of &N"))
    sheet.print_options.horizontalCentered = True
