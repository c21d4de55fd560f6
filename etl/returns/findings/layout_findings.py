"""Findings about an existing table that is read with a layout."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, make_error, make_note, make_warning

KINDS: tuple[FindingKind, ...] = (
    make_error(
        "layout-no-table",
        N_("No row of the workbook contains the headings of the layout {layout}."),
        N_(
            "Check the headings that the layout expects, or let the system propose a layout: python -m "
            "etl layouts guess FILE."
        ),
    ),
    make_error(
        "layout-is-form",
        N_("This is a form of the system, not a table."),
        N_("Import it without a layout."),
    ),
    make_error(
        "layout-indicator-unknown",
        N_("{found} is not the code, name or alias of an indicator in the plan."),
        N_("Correct {cell} (the closest name is {suggestion}), or add this name to the layout as an alias."),
    ),
    make_error(
        "layout-name-ambiguous",
        N_("{found} can mean {several}."),
        N_("Enter the code in {cell}."),
    ),
    make_error(
        "layout-part-unknown",
        N_("{found} is not a part of {indicator}."),
        N_("Enter one of these in {cell}: {parts}."),
    ),
    make_error(
        "layout-share-alone",
        N_("{indicator} is a ratio, and ratios cannot be added up."),
        N_("Enter its numerator and denominator in two rows."),
    ),
    make_error(
        "layout-site-unknown",
        N_("{found} is not the code, name or alias of a site in the plan."),
        N_("Correct {cell} (the closest name is {suggestion}), or add this name to the layout as an alias."),
    ),
    make_error(
        "layout-site-missing",
        N_("The sheet {sheet} does not name its site."),
        N_("Add a column for the site, name the sheet after the site, or use the option --site."),
    ),
    make_error(
        "layout-period-unknown",
        N_("{found} is neither a quarter nor a year."),
        N_("Enter it as 2024 Q1, or as 2024 for a whole year."),
    ),
    make_error(
        "layout-unit-differs",
        N_("The unit {found} differs from the unit of {indicator} ({unit})."),
        N_("Convert the numbers and correct {cell}."),
    ),
    make_error(
        "layout-value-differs",
        N_("{key} occurs twice for {site}, {quarter}: {first} in {first_cell} and {second} in {cell}."),
        N_("Keep the correct value and clear the other."),
    ),
    make_error(
        "layout-year-beside-quarters",
        N_("{indicator} has a value for {year} but not for its quarters, while other rows have quarters."),
        N_("Fill in the quarters, or import the rows that only have years as a separate table."),
    ),
    make_error(
        "layout-year-of-average",
        N_(
            "{indicator} cannot be added up over quarters, so a value for the whole of {year} cannot be "
            "assigned to a quarter."
        ),
        N_("Enter a value for each quarter."),
    ),
    make_warning(
        "layout-total-differs",
        N_("{indicator}, {site}: the quarters of {year} add up to {sum}, but {cell} contains {total}."),
        N_("Check the values. The quarters are used."),
    ),
    make_warning(
        "layout-value-twice",
        N_("{key} occurs twice for {site}, {quarter} with the same value, in {first_cell} and {cell}."),
        N_("Clear one of the two cells."),
    ),
    make_warning(
        "layout-not-asked",
        N_("{site} does not report {key} for {quarter}, so {cell} is ignored."),
        N_("No action needed if this is correct. Otherwise the plan must be changed first."),
    ),
    make_note(
        "layout-outside-plan",
        N_("{count} numbers are for {period}, which is outside the plan, and are ignored."),
        N_("No action needed."),
    ),
    make_note(
        "layout-computed",
        N_("{indicator} is computed by the system, so its {count} numbers are ignored."),
        N_("No action needed."),
    ),
    make_note(
        "layout-not-in-table",
        N_("The table has {count} of the {asked} numbers that {site} reports for {quarter}. The others are missing."),
        N_("No action needed if the site has no other numbers."),
    ),
    make_note(
        "layout-column-aside",
        N_("The column {found} was not recognised and is ignored."),
        N_("No action needed if it contains no results. Otherwise add its heading to the layout."),
    ),
)
