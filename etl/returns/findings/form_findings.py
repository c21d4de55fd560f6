"""Findings about the identity of a form, its header and its rows."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, make_error, make_note, make_warning

KINDS: tuple[FindingKind, ...] = (
    make_error(
        "form-not-found",
        N_("This workbook is not a form of this system: it has no key column."),
        N_("Download the form for your site and quarter, enter your numbers in it and upload it."),
    ),
    make_error(
        "form-tags-missing",
        N_("The hidden row of tags above the header was deleted, so the columns cannot be identified."),
        N_("Download the form again and copy your numbers into it."),
    ),
    make_error(
        "form-twice",
        N_("The workbook contains the form twice: on sheets {first} and {second}."),
        N_("Keep the sheet with the right numbers and delete the other."),
    ),
    make_error(
        "form-contradiction",
        N_("{first_place} contains form ID {first}, but {second_place} contains form ID {second}."),
        N_("Download the form for the right site and quarter and copy your numbers into it."),
    ),
    make_error(
        "form-unconfirmed",
        N_("The workbook no longer contains its site and quarter."),
        N_("Confirm the site and quarter when you upload it, or copy your numbers into a new form."),
    ),
    make_note(
        "form-confirmed",
        N_("The workbook no longer contains its form ID. The sender confirmed {site}, {quarter}."),
        N_("No action needed if this is correct."),
    ),
    make_warning(
        "form-visible-id",
        N_("The form can only be identified by its visible ID: site {site}, {quarter}."),
        N_("Confirm that the numbers are for this site and quarter. Otherwise copy them into a new form."),
    ),
    make_note(
        "form-version-by-keys",
        N_("The keys of the sheet match version {version} of the plan, so it was read with that version."),
        N_("No action needed."),
    ),
    make_warning(
        "form-signature",
        N_("The signature of the form is invalid: its site, quarter or version was changed manually."),
        N_("Check the site and quarter, or copy your numbers into a new form."),
    ),
    make_error(
        "form-plan-unknown",
        N_("The form was made for version {version} of the plan, which this system does not have."),
        N_("Download the form again and copy your numbers into it."),
    ),
    make_warning(
        "form-older-plan",
        N_(
            "The form is for version {version} of the plan, but version {newest} is in force for "
            "{quarter}. Numbers in both versions: {same}; only in the newer version: {more}; only in the "
            "older version: {less}."
        ),
        N_("It was read with its own version. Upload the form of the newest version if a required number is missing."),
    ),
    make_error(
        "unit-changed",
        N_("{key} is reported in {now} for {quarter}, but the form uses {before}."),
        N_("Convert {found} in {cell}, enter it in a newly downloaded form for this quarter and upload that form."),
    ),
    make_note(
        "form-sheet-renamed",
        N_("The form's sheet was renamed to {sheet}."),
        N_("No action needed: numbers are identified by their keys."),
    ),
    make_error(
        "form-basis-unknown",
        N_("{found} is not a valid choice for the period that the numbers cover."),
        N_("Choose from the list in {cell}: this quarter, or since 1 January."),
    ),
    make_error(
        "site-unknown",
        N_("The plan has no site {site}."),
        N_("Download the form of your site and copy your numbers into it."),
    ),
    make_error(
        "site-contradiction",
        N_("The form is for site {form_site}, but {place} contains {found}."),
        N_("Use the form of your own site and quarter, and do not change its header."),
    ),
    make_error(
        "quarter-contradiction",
        N_("The form is for {form_quarter}, but {place} contains {found}."),
        N_("Use the form of the right quarter, and do not change its header."),
    ),
    make_error(
        "site-not-chosen",
        N_("The form is for site {form_site}, but it was uploaded for site {chosen}."),
        N_("Upload it for its own site, or use the form of the other site."),
    ),
    make_error(
        "quarter-not-chosen",
        N_("The form is for {form_quarter}, but it was uploaded for {chosen}."),
        N_("Upload it for its own quarter, or use the form of the other quarter."),
    ),
    make_error(
        "nothing-asked",
        N_("Site {site} has nothing to report for {quarter}."),
        N_("Check site and quarter, and download the right form."),
    ),
    make_note(
        "form-rows-moved",
        N_("Rows or columns of the form were moved, including {key}."),
        N_("No action needed: numbers are identified by their keys."),
    ),
    make_note(
        "rows-hidden",
        N_("Hidden cells contain numbers, which were read as well: {hidden_cells}."),
        N_("Unhide the rows and columns, and check that these numbers belong to the return."),
    ),
    make_warning(
        "form-numbers-beside",
        N_("Numbers on the sheet {sheet} are not in the value cells of the form and were not read: {cells}."),
        N_("Enter them in the value cells of a form if they belong to a return. Otherwise remove them."),
    ),
    make_note(
        "form-mac-days",
        N_("The workbook uses the 1904 date system of older Mac files. Its dates were read accordingly."),
        N_("No action needed."),
    ),
    make_note(
        "comment-kept",
        N_("The comment at {cell} was read as a note: {found}"),
        N_("No action needed. Next time, use the notes column."),
    ),
    make_warning(
        "text-old-font",
        N_("{found} was typed with a legacy Khmer font and cannot be read without that font."),
        N_("Enter it again in {cell} with a Khmer Unicode keyboard, or in English."),
    ),
    make_warning(
        "site-misspelt",
        N_("The header contains {found}, which is not a site in the plan. The form is for {site}."),
        N_("Check that this is the right form. The closest name is {suggestion}."),
    ),
    make_warning(
        "year-buddhist",
        N_("{found} is a Buddhist year and was read as {read}."),
        N_("Check that {read} is correct."),
    ),
    make_note(
        "date-as-text",
        N_("{found} was read as the date {read}."),
        N_("No action needed if {read} is correct."),
    ),
    make_warning(
        "date-ambiguous",
        N_("{found} can be the date {first} or {second}."),
        N_("Enter it in {cell} as year-month-day: 2025-09-30."),
    ),
    make_warning(
        "date-unreadable",
        N_("{found} is not a date."),
        N_("Enter it in {cell} as year-month-day: 2025-09-30."),
    ),
    make_note(
        "key-respelled",
        N_("{found} was read as the key {key}."),
        N_("No action needed if {key} is correct."),
    ),
    make_error(
        "key-unknown",
        N_("The key {found} does not exist in this form."),
        N_("Restore the original key in {cell}. The closest one is {suggestion}."),
        N_("Restore the original key in {cell}."),
    ),
    make_error(
        "key-twice-different",
        N_("{key} occurs twice with different values: {first} in {first_cell} and {second} in {cell}."),
        N_("Keep the correct row and delete the other."),
    ),
    make_warning(
        "key-twice-same",
        N_("{key} occurs twice with the same value, in {first_cell} and {cell}."),
        N_("Delete one of the two rows."),
    ),
    make_error(
        "key-deleted",
        N_("The row {key} ({label}) is missing from the form."),
        N_(
            "Download the form again and copy your numbers into it. To omit a number, leave it blank; do "
            "not delete its row."
        ),
    ),
    make_error(
        "row-without-key",
        N_("Cell {cell} contains {found}, but its row has no key."),
        N_("Move the number to its own row, or move the text to a note."),
    ),
    make_error(
        "cell-merged",
        N_("The value cell {cell} is part of the merged cells {range}."),
        N_("Unmerge the cells and enter each number in its own cell."),
    ),
    make_warning(
        "label-changed",
        N_("The label of row {key} was changed to {found}."),
        N_("Check that the number matches the row: {label}."),
    ),
)
