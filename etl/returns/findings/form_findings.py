"""Findings about the identity of a form, its header and its rows."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, error, note, warning

KINDS: tuple[FindingKind, ...] = (
    error(
        "form-not-found",
        N_("This workbook is not a form of this system: it has no column of keys."),
        N_("Download the form of your site and quarter, type your numbers into it and send it."),
    ),
    error(
        "form-tags-missing",
        N_("The hidden row of tags above the header was deleted, so the columns can not be told apart."),
        N_("Download the form again and copy your numbers into it."),
    ),
    error(
        "form-twice",
        N_("The form stands in the workbook twice: on the sheets {first} and {second}."),
        N_("Keep the sheet with the right numbers and delete the other."),
    ),
    error(
        "form-contradiction",
        N_("{first_place} says form {first}, but {second_place} says form {second}."),
        N_("Download the form of the right site and quarter and copy your numbers into it."),
    ),
    error(
        "form-unconfirmed",
        N_("The workbook no longer says which site and quarter it is for."),
        N_("Confirm site and quarter when you send it, or copy your numbers into a fresh form."),
    ),
    note(
        "form-confirmed",
        N_("The workbook no longer says which form it is; the sender confirmed {site}, {quarter}."),
        N_("Nothing to do if this is right."),
    ),
    warning(
        "form-visible-id",
        N_("Only the visible form id still says which form this is: site {site}, {quarter}."),
        N_("Confirm that the numbers are of this site and quarter; else copy them into a fresh form."),
    ),
    note(
        "form-version-by-keys",
        N_("The keys of the sheet are those that version {version} of the plan asks for; it was read by it."),
        N_("Nothing to do."),
    ),
    warning(
        "form-signature",
        N_("The signature of the form does not match: its site, quarter or version was changed by hand."),
        N_("Check site and quarter; better, copy your numbers into a fresh form."),
    ),
    error(
        "form-plan-unknown",
        N_("The form was made for version {version} of the plan, which this system does not have."),
        N_("Download the form again and copy your numbers into it."),
    ),
    warning(
        "form-older-plan",
        N_(
            "The form was made for version {version} of the plan; version {newest} is in force for {quarter}. "
            "{same} numbers are asked in both; asked now as well: {more}; no longer asked: {less}."
        ),
        N_("It is read by its own version. Send the form of the newest version if something asked now is missing."),
    ),
    error(
        "unit-changed",
        N_("{key} is asked in {now} in {quarter}; the form was made when it was asked in {before}."),
        N_("Convert the {found} in {cell} and send it in the form of this quarter that the system makes now."),
    ),
    note(
        "form-sheet-renamed",
        N_("The sheet of the form is now called {sheet}."),
        N_("Nothing to do: numbers are found by their keys."),
    ),
    error(
        "form-basis-unknown",
        N_("{found} is neither of the two answers to what the numbers cover."),
        N_("Choose in {cell} from the list: this quarter, or since 1 January."),
    ),
    error(
        "site-unknown",
        N_("The plan has no site {site}."),
        N_("Download the form of your site and copy your numbers into it."),
    ),
    error(
        "site-contradiction",
        N_("The form is of site {form_site}, but {place} says {found}."),
        N_("Use the form of your own site and quarter, and do not change its header."),
    ),
    error(
        "quarter-contradiction",
        N_("The form is of quarter {form_quarter}, but {place} says {found}."),
        N_("Use the form of the right quarter, and do not change its header."),
    ),
    error(
        "site-not-chosen",
        N_("The form is of site {form_site}, but it was sent for site {chosen}."),
        N_("Send it for the site that it was made for, or use the form of the other site."),
    ),
    error(
        "quarter-not-chosen",
        N_("The form is of quarter {form_quarter}, but it was sent for {chosen}."),
        N_("Send it for the quarter that it was made for, or use the form of the other quarter."),
    ),
    error(
        "nothing-asked",
        N_("Nothing is asked of site {site} in {quarter}."),
        N_("Check site and quarter, and download the right form."),
    ),
    note(
        "form-rows-moved",
        N_("Rows or columns of the form stand elsewhere than they did, {key} among them."),
        N_("Nothing to do: numbers are found by their keys."),
    ),
    note(
        "rows-hidden",
        N_("Numbers that are hidden on the sheet were taken too: {hidden_cells}."),
        N_("Show the rows and columns, and check that these numbers are meant to be sent."),
    ),
    note(
        "form-mac-days",
        N_("The workbook counts days from 1904, as old ones of the Mac do; its dates were read so."),
        N_("Nothing to do."),
    ),
    note(
        "comment-kept",
        N_("The comment at {cell} was taken as a note: {found}"),
        N_("Nothing to do. Next time write it into the column of notes."),
    ),
    warning(
        "text-old-font",
        N_("{found} was typed with a font from before Unicode and can not be read by others."),
        N_("Type it again in {cell} with a Khmer Unicode keyboard, or in English."),
    ),
    warning(
        "site-misspelt",
        N_("The header names {found}, which is no site of the plan; the form is of {site}."),
        N_("Check that this is the right form. The nearest name is {suggestion}."),
    ),
    warning(
        "year-buddhist",
        N_("{found} counts years as Buddhists do; it was read as {read}."),
        N_("Check that {read} is right."),
    ),
    note(
        "date-as-text",
        N_("{found} was read as the day {read}."),
        N_("Nothing to do if {read} is right."),
    ),
    warning(
        "date-ambiguous",
        N_("{found} can be the day {first} or {second}."),
        N_("Type it in {cell} as 2025-09-30: year, month, day."),
    ),
    warning(
        "date-unreadable",
        N_("{found} is not a day."),
        N_("Type it in {cell} as 2025-09-30: year, month, day."),
    ),
    note(
        "key-respelled",
        N_("{found} was read as the key {key}."),
        N_("Nothing to do if {key} is right."),
    ),
    error(
        "key-unknown",
        N_("The key {found} is not one of this form."),
        N_("Put the key back as it was in {cell}. The nearest one is {suggestion}."),
    ),
    error(
        "key-twice-different",
        N_("{key} stands twice with different values: {first} in {first_cell} and {second} in {cell}."),
        N_("Keep the right one and delete the other row."),
    ),
    warning(
        "key-twice-same",
        N_("{key} stands twice, in {first_cell} and {cell}, with the same value."),
        N_("Delete one of the two rows."),
    ),
    error(
        "key-deleted",
        N_("The row {key} ({label}) is missing from the form."),
        N_("Download the form again and copy your numbers into it. Leave a number blank; do not delete its row."),
    ),
    error(
        "row-without-key",
        N_("Cell {cell} holds {found}, but its row has no key."),
        N_("Move the number to the row that it belongs to, or what it says to a note."),
    ),
    error(
        "cell-merged",
        N_("The value cell {cell} is part of the merged cells {range}."),
        N_("Unmerge them and type each number in its own cell."),
    ),
    warning(
        "label-changed",
        N_("The words of row {key} were changed to {found}."),
        N_("Check that the number is what the row asks for: {label}."),
    ),
)
