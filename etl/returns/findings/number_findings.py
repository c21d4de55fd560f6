"""Findings about how a number is written."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, make_error, make_note, make_warning

KINDS: tuple[FindingKind, ...] = (
    make_note(
        "number-digits",
        N_("{found} was read as {read}."),
        N_("No action needed: Khmer and full-width digits are supported."),
    ),
    make_note(
        "number-spaces",
        N_("{found} was read as {read}: spaces were removed."),
        N_("No action needed if {read} is correct."),
    ),
    make_note(
        "number-groups",
        N_("{found} was read as {read}."),
        N_("No action needed if {read} is correct."),
    ),
    make_note(
        "number-as-text",
        N_("{found} is stored as text and was read as {read}."),
        N_("No action needed if {read} is correct."),
    ),
    make_note(
        "number-unit",
        N_("{found} was read as {read}: the row already states the unit."),
        N_("No action needed if {read} is correct."),
    ),
    make_note(
        "number-noise",
        N_("{found} was read as {read}: the other digits are rounding errors of the computer."),
        N_("No action needed."),
    ),
    make_note(
        "number-formula",
        N_("The value {read} comes from a formula. The last saved value was used."),
        N_("No action needed if {read} is correct."),
    ),
    make_warning(
        "number-decimal-comma",
        N_("{found} was read as {read}, with the comma as decimal point."),
        N_("Check that {read} is correct. If not, enter the number without separators."),
    ),
    make_warning(
        "number-one-whole-reading",
        N_("{found} was read as {read}, because this row accepts only whole numbers."),
        N_("Check that {read} is correct. If not, enter the number without separators."),
    ),
    make_error(
        "number-ambiguous",
        N_("{found} can mean {first} or {second}."),
        N_("Enter the number in {cell} again without a thousands separator."),
    ),
    make_error(
        "number-other-unit",
        N_("{found} has the unit {unit}, but this row is in {expected}."),
        N_("Convert the amount to the unit of the row, and enter only the number in {cell}."),
    ),
    make_error(
        "number-format",
        N_("{cell} contains {found}, but its number format shows another number."),
        N_("Set the number format of {cell} to General and enter the number that you mean."),
    ),
    make_error(
        "number-percent",
        N_("{found} is a percentage, but rows contain counts and amounts."),
        N_("Enter the numerator and the denominator of the percentage, each in its own row."),
    ),
    make_error(
        "number-none-word",
        N_('{found} can mean "there were none" or "there is no data".'),
        N_("Enter 0 in {cell} if there were none, or NC if it was not measured."),
    ),
    make_error(
        "number-error-cell",
        N_("The cell contains the error {found}."),
        N_("Enter the number in {cell}."),
    ),
    make_error(
        "number-formula-without-value",
        N_("The formula in {cell} has no saved result."),
        N_("Open the file in Excel or LibreOffice, save it and upload it again, or enter the number."),
    ),
    make_error(
        "number-formula-external",
        N_("The formula in {cell} refers to another workbook."),
        N_("Enter the number in {cell}."),
    ),
    make_error(
        "number-date",
        N_("The cell contains the date {found}, not a number."),
        N_("Excel converted your entry to a date. Set the format of {cell} to Number and enter the number again."),
    ),
    make_error(
        "number-not-whole",
        N_("{found} is not a whole number, but this row accepts only whole numbers."),
        N_("Check {cell}."),
    ),
    make_error(
        "number-below-minimum",
        N_("{found} is less than {minimum}, the minimum of this row."),
        N_("Check {cell}."),
    ),
    make_error(
        "number-above-maximum",
        N_("{found} is more than {maximum}, the maximum of this row."),
        N_("Check {cell}. If the number is right, the plan must state a higher maximum first."),
    ),
    make_note(
        "stage-rank",
        N_("{found} was read as the stage {stage}."),
        N_("No action needed if {stage} is correct."),
    ),
    make_error(
        "stage-unknown",
        N_("{found} is not a stage of this row. The stages are: {stages}."),
        N_("Choose one of them from the list in {cell}, or enter NC if it is not known."),
    ),
    make_error(
        "number-too-long",
        N_("{found} has more than 15 digits, which a spreadsheet cannot store exactly."),
        N_("Check {cell} and enter the number again."),
    ),
    make_error(
        "number-not-finite",
        N_("{found} is too large or too small to be stored."),
        N_("Enter the number in {cell} again."),
    ),
    make_error(
        "number-foreign-digits",
        N_("{found} contains digits that are neither Latin nor Khmer."),
        N_("Enter the number in {cell} again with Latin or Khmer digits."),
    ),
    make_error(
        "number-unreadable",
        N_("{found} is not a number."),
        N_("Enter a number in {cell}, or NC if it was not collected. Use the note for text."),
    ),
    make_error(
        "return-empty",
        N_("All rows are blank."),
        N_("Enter the numbers, or NC where a number was not collected."),
    ),
    make_warning(
        "cell-blank",
        N_("{label} ({key}) is blank and counts as missing, not as zero."),
        N_("Enter 0 in {cell} if there were none, or NC if it was not measured."),
    ),
    make_note(
        "part-blank",
        N_("{label} ({key}) is blank."),
        N_("Fill in {cell} if you know this number."),
    ),
    make_warning(
        "not-collected-without-note",
        N_("{label} ({key}) is marked as not collected, but the note is empty."),
        N_("Explain in the note why it was not collected."),
    ),
)
