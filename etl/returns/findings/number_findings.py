"""Findings about how one number is written."""

from etl.locale.translations import to_say
from etl.returns.findings.kind import FindingKind, error, note, warning

KINDS: tuple[FindingKind, ...] = (
    note(
        "number-digits",
        to_say("{found} was read as {read}."),
        to_say("Nothing to do: Khmer and full-width digits are understood."),
    ),
    note(
        "number-spaces",
        to_say("{found} was read as {read}: spaces were left out."),
        to_say("Nothing to do if {read} is right."),
    ),
    note(
        "number-groups",
        to_say("{found} was read as {read}."),
        to_say("Nothing to do if {read} is right."),
    ),
    note(
        "number-as-text",
        to_say("{found} is stored as text and was read as {read}."),
        to_say("Nothing to do if {read} is right."),
    ),
    note(
        "number-unit",
        to_say("{found} was read as {read}: the row says the unit already."),
        to_say("Nothing to do if {read} is right."),
    ),
    note(
        "number-noise",
        to_say("{found} was read as {read}: the rest comes from the arithmetic of the computer."),
        to_say("Nothing to do."),
    ),
    note(
        "number-formula",
        to_say("The value {read} comes from a formula; the value last saved was taken."),
        to_say("Nothing to do if {read} is right."),
    ),
    warning(
        "number-decimal-comma",
        to_say("{found} was read as {read}: the comma as a decimal point."),
        to_say("Check that {read} is right; if not, type the number without separators."),
    ),
    warning(
        "number-one-whole-reading",
        to_say("{found} was read as {read}, because this row takes whole numbers only."),
        to_say("Check that {read} is right; if not, type the number without separators."),
    ),
    error(
        "number-ambiguous",
        to_say("{found} can mean {first} or {second}."),
        to_say("Type the number in {cell} again without a separator for thousands."),
    ),
    error(
        "number-other-unit",
        to_say("{found} has the unit {unit}; this row is in {expected}."),
        to_say("Type only the number in {cell}, in the unit of the row. If the unit was meant: {suggestion}."),
    ),
    error(
        "number-percent",
        to_say("{found} is a percentage; rows ask for counts and amounts."),
        to_say("Type the two numbers that the percentage is made of, each in its own row."),
    ),
    error(
        "number-none-word",
        to_say('{found} can mean "there were none" or "there is no figure".'),
        to_say("Type 0 in {cell} if there were none, NC if it was not measured."),
    ),
    error(
        "number-error-cell",
        to_say("The cell shows the error {found}."),
        to_say("Type the number itself into {cell}."),
    ),
    error(
        "number-formula-without-value",
        to_say("The formula in {cell} has no saved result."),
        to_say("Open the file in Excel or LibreOffice, save it and send it again; or type the number."),
    ),
    error(
        "number-formula-external",
        to_say("The formula in {cell} points to another workbook."),
        to_say("Type the number itself into {cell}."),
    ),
    error(
        "number-date",
        to_say("The cell holds the date {found}, not a number."),
        to_say("Excel took what you typed for a date. Set the format of {cell} to Number and type it again."),
    ),
    error(
        "number-not-whole",
        to_say("{found} is not a whole number, and this row takes whole numbers only."),
        to_say("Check {cell}."),
    ),
    error(
        "number-below-minimum",
        to_say("{found} is less than {minimum}, the least that this row can be."),
        to_say("Check {cell}."),
    ),
    error(
        "number-too-long",
        to_say("{found} has more than 15 digits, which a spreadsheet can not hold exactly."),
        to_say("Check {cell} and type the number again."),
    ),
    error(
        "number-not-finite",
        to_say("{found} is not a number that can be stored."),
        to_say("Type the number in {cell} again."),
    ),
    error(
        "number-foreign-digits",
        to_say("{found} has digits that are neither Latin nor Khmer."),
        to_say("Type the number in {cell} again with Latin or Khmer digits."),
    ),
    error(
        "number-unreadable",
        to_say("{found} is not a number."),
        to_say("Type a number in {cell}, or NC if it was not collected; words belong in the note."),
    ),
    warning(
        "cell-blank",
        to_say("{label} ({key}) is blank; it counts as missing, not as zero."),
        to_say("Type 0 in {cell} if there were none, NC if it was not measured."),
    ),
    note(
        "part-blank",
        to_say("{label} ({key}) is blank."),
        to_say("Fill {cell} if you know this number."),
    ),
    warning(
        "not-collected-without-note",
        to_say("{label} ({key}) is marked as not collected, and the note is empty."),
        to_say("Say in the note why it was not collected."),
    ),
)
