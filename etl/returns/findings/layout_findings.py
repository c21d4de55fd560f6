"""Findings about somebody's own table, read by a layout."""

from etl.locale.translations import to_say
from etl.returns.findings.kind import FindingKind, error, note, warning

KINDS: tuple[FindingKind, ...] = (
    error(
        "layout-no-table",
        to_say("No row of the workbook has the headings of the layout {layout}."),
        to_say("Look at what the layout expects, or let the system propose one: python -m etl layouts guess FILE."),
    ),
    error(
        "layout-is-form",
        to_say("This is a form of the system, not a table."),
        to_say("Load it without a layout."),
    ),
    error(
        "layout-indicator-unknown",
        to_say("{found} is no indicator of the plan, by code, name or alias."),
        to_say("Correct {cell} (the nearest is {suggestion}), or give the layout this name as an alias."),
    ),
    error(
        "layout-name-ambiguous",
        to_say("{found} can mean {several}."),
        to_say("Write the code in {cell}."),
    ),
    error(
        "layout-part-unknown",
        to_say("{found} is no part of {indicator}."),
        to_say("Write in {cell} one of: {parts}."),
    ),
    error(
        "layout-share-alone",
        to_say("{indicator} is a share; a share alone can not be added to others."),
        to_say("Give its two numbers in two rows: numerator and denominator."),
    ),
    error(
        "layout-site-unknown",
        to_say("{found} is no site of the plan, by code, name or alias."),
        to_say("Correct {cell} (the nearest is {suggestion}), or give the layout this name as an alias."),
    ),
    error(
        "layout-site-missing",
        to_say("Nothing says of which site the rows of {sheet} are."),
        to_say("Add a column for the site, call the sheet by it, or say it with --site."),
    ),
    error(
        "layout-period-unknown",
        to_say("{found} is neither a quarter nor a year."),
        to_say("Write it as 2024 Q1, or 2024 for a whole year."),
    ),
    error(
        "layout-unit-differs",
        to_say("The unit {found} is not that of {indicator}, which is counted in {unit}."),
        to_say("Convert the numbers and correct {cell}."),
    ),
    error(
        "layout-value-differs",
        to_say("{key} stands twice for {site}, {quarter}: {first} in {first_cell} and {second} in {cell}."),
        to_say("Keep the right one and clear the other."),
    ),
    error(
        "layout-year-beside-quarters",
        to_say(
            "{indicator} has an amount for the year {year} but none for its quarters, while other rows have quarters."
        ),
        to_say("Fill the quarters, or load rows that only have years from a table of their own."),
    ),
    error(
        "layout-year-of-average",
        to_say("{indicator} is no amount that adds up: a number for the whole year {year} belongs to no quarter."),
        to_say("Give its quarters."),
    ),
    warning(
        "layout-total-differs",
        to_say("{indicator}, {site}: the quarters of {year} add up to {sum}, but {cell} says {total}."),
        to_say("Check them; the quarters are taken."),
    ),
    warning(
        "layout-value-twice",
        to_say("{key} stands twice for {site}, {quarter}, in {first_cell} and {cell}, with the same value."),
        to_say("Clear one of the two."),
    ),
    warning(
        "layout-not-asked",
        to_say("{key} is not asked of {site} in {quarter}; {cell} is not taken."),
        to_say("Nothing to do if this is right; else the plan must be changed first."),
    ),
    note(
        "layout-outside-plan",
        to_say("{count} numbers are of {period}, which the plan does not cover; they are not taken."),
        to_say("Nothing to do."),
    ),
    note(
        "layout-computed",
        to_say("{indicator} is computed by the system; its {count} numbers are not taken."),
        to_say("Nothing to do."),
    ),
    note(
        "layout-not-in-table",
        to_say("The table has {count} of the {asked} numbers asked of {site} for {quarter}; the others are missing."),
        to_say("Nothing to do if the site has no others."),
    ),
    note(
        "layout-column-aside",
        to_say("The column {found} is not understood and was left aside."),
        to_say("Nothing to do if it holds no results; else give the layout its heading."),
    ),
)
