"""Findings about which form a workbook is, and about its rows."""

from etl.locale.translations import to_say
from etl.returns.findings.kind import FindingKind, error, note, warning

KINDS: tuple[FindingKind, ...] = (
    error(
        "form-not-found",
        to_say("This workbook is not a form of this system: it has no column of keys."),
        to_say("Download the form of your site and quarter, type your numbers into it and send it."),
    ),
    error(
        "form-tags-missing",
        to_say("The hidden row of tags above the header was deleted, so the columns can not be told apart."),
        to_say("Download the form again and copy your numbers into it."),
    ),
    error(
        "form-twice",
        to_say("The form stands in the workbook twice: on the sheets {first} and {second}."),
        to_say("Keep the sheet with the right numbers and delete the other."),
    ),
    error(
        "form-contradiction",
        to_say("{first_place} says form {first}, but {second_place} says form {second}."),
        to_say("Download the form of the right site and quarter and copy your numbers into it."),
    ),
    error(
        "form-unconfirmed",
        to_say("The workbook no longer says which site and quarter it is for."),
        to_say("Confirm site and quarter when you send it, or copy your numbers into a fresh form."),
    ),
    note(
        "form-confirmed",
        to_say("The workbook no longer says which form it is; the sender confirmed {site}, {quarter}."),
        to_say("Nothing to do if this is right."),
    ),
    warning(
        "form-visible-id",
        to_say("Only the visible form id still says which form this is: site {site}, {quarter}."),
        to_say("Confirm that the numbers are of this site and quarter; else copy them into a fresh form."),
    ),
    note(
        "form-version-by-keys",
        to_say("The keys of the sheet are those that version {version} of the plan asks for; it was read by it."),
        to_say("Nothing to do."),
    ),
    warning(
        "form-signature",
        to_say("The signature of the form does not match: its site, quarter or version was changed by hand."),
        to_say("Check site and quarter; better, copy your numbers into a fresh form."),
    ),
    error(
        "form-plan-unknown",
        to_say("The form was made for version {version} of the plan, which this system does not have."),
        to_say("Download the form again and copy your numbers into it."),
    ),
    warning(
        "form-older-plan",
        to_say(
            "The form was made for version {version} of the plan; version {newest} is in force for {quarter}. "
            "{same} numbers are asked in both; asked now as well: {more}; no longer asked: {less}."
        ),
        to_say("It is read by its own version. Send the form of the newest version if something asked now is missing."),
    ),
    error(
        "unit-changed",
        to_say("{key} is asked in {now} in {quarter}; the form was made when it was asked in {before}."),
        to_say("Convert the {found} in {cell} and send it in the form of this quarter that the system makes now."),
    ),
    note(
        "form-sheet-renamed",
        to_say("The sheet of the form is now called {sheet}."),
        to_say("Nothing to do: numbers are found by their keys."),
    ),
    error(
        "form-basis-unknown",
        to_say("{found} is neither of the two answers to what the numbers cover."),
        to_say("Choose in {cell} from the list: this quarter, or since 1 January."),
    ),
    error(
        "site-unknown",
        to_say("The plan has no site {site}."),
        to_say("Download the form of your site and copy your numbers into it."),
    ),
    error(
        "site-contradiction",
        to_say("The form is of site {form_site}, but {place} says {found}."),
        to_say("Use the form of your own site and quarter, and do not change its header."),
    ),
    error(
        "quarter-contradiction",
        to_say("The form is of quarter {form_quarter}, but {place} says {found}."),
        to_say("Use the form of the right quarter, and do not change its header."),
    ),
    error(
        "site-not-chosen",
        to_say("The form is of site {form_site}, but it was sent for site {chosen}."),
        to_say("Send it for the site that it was made for, or use the form of the other site."),
    ),
    error(
        "quarter-not-chosen",
        to_say("The form is of quarter {form_quarter}, but it was sent for {chosen}."),
        to_say("Send it for the quarter that it was made for, or use the form of the other quarter."),
    ),
    error(
        "nothing-asked",
        to_say("Nothing is asked of site {site} in {quarter}."),
        to_say("Check site and quarter, and download the right form."),
    ),
    note(
        "form-rows-moved",
        to_say("Rows or columns of the form stand elsewhere than they did, {key} among them."),
        to_say("Nothing to do: numbers are found by their keys."),
    ),
    note(
        "rows-hidden",
        to_say("Numbers that are hidden on the sheet were taken too: {hidden_cells}."),
        to_say("Show the rows and columns, and check that these numbers are meant to be sent."),
    ),
    note(
        "form-mac-days",
        to_say("The workbook counts days from 1904, as old ones of the Mac do; its dates were read so."),
        to_say("Nothing to do."),
    ),
    note(
        "comment-kept",
        to_say("The comment at {cell} was taken as a note: {found}"),
        to_say("Nothing to do. Next time write it into the column of notes."),
    ),
    warning(
        "text-old-font",
        to_say("{found} was typed with a font from before Unicode and can not be read by others."),
        to_say("Type it again in {cell} with a Khmer Unicode keyboard, or in English."),
    ),
    warning(
        "site-misspelt",
        to_say("The header names {found}, which is no site of the plan; the form is of {site}."),
        to_say("Check that this is the right form. The nearest name is {suggestion}."),
    ),
    warning(
        "year-buddhist",
        to_say("{found} counts years as Buddhists do; it was read as {read}."),
        to_say("Check that {read} is right."),
    ),
    note(
        "date-as-text",
        to_say("{found} was read as the day {read}."),
        to_say("Nothing to do if {read} is right."),
    ),
    warning(
        "date-ambiguous",
        to_say("{found} can be the day {first} or {second}."),
        to_say("Type it in {cell} as 2025-09-30: year, month, day."),
    ),
    warning(
        "date-unreadable",
        to_say("{found} is not a day."),
        to_say("Type it in {cell} as 2025-09-30: year, month, day."),
    ),
    note(
        "key-respelled",
        to_say("{found} was read as the key {key}."),
        to_say("Nothing to do if {key} is right."),
    ),
    error(
        "key-unknown",
        to_say("The key {found} is not one of this form."),
        to_say("Put the key back as it was in {cell}. The nearest one is {suggestion}."),
    ),
    error(
        "key-twice-different",
        to_say("{key} stands twice with different values: {first} in {first_cell} and {second} in {cell}."),
        to_say("Keep the right one and delete the other row."),
    ),
    warning(
        "key-twice-same",
        to_say("{key} stands twice, in {first_cell} and {cell}, with the same value."),
        to_say("Delete one of the two rows."),
    ),
    error(
        "key-deleted",
        to_say("The row {key} ({label}) is missing from the form."),
        to_say("Download the form again and copy your numbers into it. Leave a number blank; do not delete its row."),
    ),
    error(
        "row-without-key",
        to_say("Cell {cell} holds {found}, but its row has no key."),
        to_say("Move the number to the row that it belongs to, or what it says to a note."),
    ),
    error(
        "cell-merged",
        to_say("The value cell {cell} is part of the merged cells {range}."),
        to_say("Unmerge them and type each number in its own cell."),
    ),
    warning(
        "label-changed",
        to_say("The words of row {key} were changed to {found}."),
        to_say("Check that the number is what the row asks for: {label}."),
    ),
)
