"""Findings about how a number is written."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, error, note, warning

KINDS: tuple[FindingKind, ...] = (
    note(
        "number-digits",
        N_("{found} was read as {read}."),
        N_("Nothing to do: Khmer and full-width digits are understood."),
    ),
    note(
        "number-spaces",
        N_("{found} was read as {read}: spaces were left out."),
        N_("Nothing to do if {read} is right."),
    ),
    note(
        "number-groups",
        N_("{found} was read as {read}."),
        N_("Nothing to do if {read} is right."),
    ),
    note(
        "number-as-text",
        N_("{found} is stored as text and was read as {read}."),
        N_("Nothing to do if {read} is right."),
    ),
    note(
        "number-unit",
        N_("{found} was read as {read}: the row says the unit already."),
        N_("Nothing to do if {read} is right."),
    ),
    note(
        "number-noise",
        N_("{found} was read as {read}: the rest comes from the arithmetic of the computer."),
        N_("Nothing to do."),
    ),
    note(
        "number-formula",
        N_("The value {read} comes from a formula; the value last saved was taken."),
        N_("Nothing to do if {read} is right."),
    ),
    warning(
        "number-decimal-comma",
        N_("{found} was read as {read}: the comma as a decimal point."),
        N_("Check that {read} is right; if not, type the number without separators."),
    ),
    warning(
        "number-one-whole-reading",
        N_("{found} was read as {read}, because this row takes whole numbers only."),
        N_("Check that {read} is right; if not, type the number without separators."),
    ),
    error(
        "number-ambiguous",
        N_("{found} can mean {first} or {second}."),
        N_("Type the number in {cell} again without a separator for thousands."),
    ),
    error(
        "number-other-unit",
        N_("{found} has the unit {unit}; this row is in {expected}."),
        N_("Type only the number in {cell}, in the unit of the row. If the unit was meant: {suggestion}."),
    ),
    error(
        "number-percent",
        N_("{found} is a percentage; rows ask for counts and amounts."),
        N_("Type the two numbers that the percentage is made of, each in its own row."),
    ),
    error(
        "number-none-word",
        N_('{found} can mean "there were none" or "there is no figure".'),
        N_("Type 0 in {cell} if there were none, NC if it was not measured."),
    ),
    error(
        "number-error-cell",
        N_("The cell shows the error {found}."),
        N_("Type the number itself into {cell}."),
    ),
    error(
        "number-formula-without-value",
        N_("The formula in {cell} has no saved result."),
        N_("Open the file in Excel or LibreOffice, save it and send it again; or type the number."),
    ),
    error(
        "number-formula-external",
        N_("The formula in {cell} points to another workbook."),
        N_("Type the number itself into {cell}."),
    ),
    error(
        "number-date",
        N_("The cell holds the date {found}, not a number."),
        N_("Excel took what you typed for a date. Set the format of {cell} to Number and type it again."),
    ),
    error(
        "number-not-whole",
        N_("{found} is not a whole number, and this row takes whole numbers only."),
        N_("Check {cell}."),
    ),
    error(
        "number-below-minimum",
        N_("{found} is less than {minimum}, the least that this row can be."),
        N_("Check {cell}."),
    ),
    error(
        "number-too-long",
        N_("{found} has more than 15 digits, which a spreadsheet can not hold exactly."),
        N_("Check {cell} and type the number again."),
    ),
    error(
        "number-not-finite",
        N_("{found} is not a number that can be stored."),
        N_("Type the number in {cell} again."),
    ),
    error(
        "number-foreign-digits",
        N_("{found} has digits that are neither Latin nor Khmer."),
        N_("Type the number in {cell} again with Latin or Khmer digits."),
    ),
    error(
        "number-unreadable",
        N_("{found} is not a number."),
        N_("Type a number in {cell}, or NC if it was not collected; words belong in the note."),
    ),
    warning(
        "cell-blank",
        N_("{label} ({key}) is blank; it counts as missing, not as zero."),
        N_("Type 0 in {cell} if there were none, NC if it was not measured."),
    ),
    note(
        "part-blank",
        N_("{label} ({key}) is blank."),
        N_("Fill {cell} if you know this number."),
    ),
    warning(
        "not-collected-without-note",
        N_("{label} ({key}) is marked as not collected, and the note is empty."),
        N_("Say in the note why it was not collected."),
    ),
)
