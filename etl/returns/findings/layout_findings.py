"""Findings about an existing table that is read with a layout."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, error, note, warning

KINDS: tuple[FindingKind, ...] = (
    error(
        "layout-no-table",
        N_("No row of the workbook has the headings of the layout {layout}."),
        N_("Look at what the layout expects, or let the system propose one: python -m etl layouts guess FILE."),
    ),
    error(
        "layout-is-form",
        N_("This is a form of the system, not a table."),
        N_("Load it without a layout."),
    ),
    error(
        "layout-indicator-unknown",
        N_("{found} is no indicator of the plan, by code, name or alias."),
        N_("Correct {cell} (the nearest is {suggestion}), or give the layout this name as an alias."),
    ),
    error(
        "layout-name-ambiguous",
        N_("{found} can mean {several}."),
        N_("Write the code in {cell}."),
    ),
    error(
        "layout-part-unknown",
        N_("{found} is no part of {indicator}."),
        N_("Write in {cell} one of: {parts}."),
    ),
    error(
        "layout-share-alone",
        N_("{indicator} is a share; a share alone can not be added to others."),
        N_("Give its two numbers in two rows: numerator and denominator."),
    ),
    error(
        "layout-site-unknown",
        N_("{found} is no site of the plan, by code, name or alias."),
        N_("Correct {cell} (the nearest is {suggestion}), or give the layout this name as an alias."),
    ),
    error(
        "layout-site-missing",
        N_("Nothing says of which site the rows of {sheet} are."),
        N_("Add a column for the site, call the sheet by it, or say it with --site."),
    ),
    error(
        "layout-period-unknown",
        N_("{found} is neither a quarter nor a year."),
        N_("Write it as 2024 Q1, or 2024 for a whole year."),
    ),
    error(
        "layout-unit-differs",
        N_("The unit {found} is not that of {indicator}, which is counted in {unit}."),
        N_("Convert the numbers and correct {cell}."),
    ),
    error(
        "layout-value-differs",
        N_("{key} stands twice for {site}, {quarter}: {first} in {first_cell} and {second} in {cell}."),
        N_("Keep the right one and clear the other."),
    ),
    error(
        "layout-year-beside-quarters",
        N_("{indicator} has an amount for the year {year} but none for its quarters, while other rows have quarters."),
        N_("Fill the quarters, or load rows that only have years from a table of their own."),
    ),
    error(
        "layout-year-of-average",
        N_("{indicator} is no amount that adds up: a number for the whole year {year} belongs to no quarter."),
        N_("Give its quarters."),
    ),
    warning(
        "layout-total-differs",
        N_("{indicator}, {site}: the quarters of {year} add up to {sum}, but {cell} says {total}."),
        N_("Check them; the quarters are taken."),
    ),
    warning(
        "layout-value-twice",
        N_("{key} stands twice for {site}, {quarter}, in {first_cell} and {cell}, with the same value."),
        N_("Clear one of the two."),
    ),
    warning(
        "layout-not-asked",
        N_("{key} is not asked of {site} in {quarter}; {cell} is not taken."),
        N_("Nothing to do if this is right; else the plan must be changed first."),
    ),
    note(
        "layout-outside-plan",
        N_("{count} numbers are of {period}, which the plan does not cover; they are not taken."),
        N_("Nothing to do."),
    ),
    note(
        "layout-computed",
        N_("{indicator} is computed by the system; its {count} numbers are not taken."),
        N_("Nothing to do."),
    ),
    note(
        "layout-not-in-table",
        N_("The table has {count} of the {asked} numbers asked of {site} for {quarter}; the others are missing."),
        N_("Nothing to do if the site has no others."),
    ),
    note(
        "layout-column-aside",
        N_("The column {found} is not understood and was left aside."),
        N_("Nothing to do if it holds no results; else give the layout its heading."),
    ),
)
