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
        "layout-no-period",
        N_("None of these headings is a quarter or a year: {found}."),
        N_("Name the period of each column of results, such as 2025 Q1 or 2025."),
    ),
    make_error(
        "layout-no-value",
        N_("None of these headings is a column of results that the layout knows: {found}."),
        N_("Rename the heading of the results to Value, or add its heading to the layout."),
    ),
    make_error(
        "layout-no-total",
        N_("These columns contain parts, but no column contains the total: {found}."),
        N_("Head the column of the total with Total or Value. If there is none, add it."),
    ),
    make_error(
        "layout-no-results",
        N_("The tables contain no result that can be imported."),
        N_("Enter the results. The account of numbers says why each number was not taken."),
    ),
    make_error(
        "table-encoding",
        N_("The text file is not Unicode, so letters and digits could be read wrongly."),
        N_('In Excel choose File, Save As, and the type "CSV UTF-8", or upload the workbook itself as .xlsx.'),
    ),
    make_error(
        "table-separator",
        N_("Several characters could separate the columns of the text file ({found})."),
        N_("Save it with one separator, or upload the workbook itself as .xlsx."),
    ),
    make_error(
        "layout-is-form",
        N_("This is a form of the system, not a table."),
        N_("Import it without a layout."),
    ),
    make_error(
        "layout-column-twice",
        N_("Two columns have a heading of results: {first} ({first_cell}) and {found} ({cell})."),
        N_("Keep one column of results, or rename the other."),
    ),
    make_error(
        "layout-heading-unclear",
        N_("It is not clear whether the column {found} contains results, and of which period."),
        N_(
            "If it does, head it with the period alone, such as 2025 Q1. Otherwise head it with what it contains, "
            "such as Target, or delete it."
        ),
    ),
    make_error(
        "layout-period-twice",
        N_("Two columns are for {period}: {first} ({first_cell}) and {found} ({cell})."),
        N_("Keep the column with the right numbers, headed with the period alone, and delete the other."),
    ),
    make_error(
        "layout-title-unclear",
        N_("The text {found} says that the numbers of the table are no results of a quarter: {reason}."),
        N_(
            "If they are results, say so in the headings, such as 2025 Q1 actual, or correct the text. Sums since "
            "January need headings such as Q1-Q2 2025."
        ),
    ),
    make_error(
        "layout-scale",
        N_("The text {found} says that the numbers are written in thousands or another multiple."),
        N_("Write the numbers in full and delete the text."),
    ),
    make_error(
        "layout-second-table",
        N_("Row {rows} has the headings of another table, so the rows below are not read."),
        N_("Put each table on a sheet of its own."),
    ),
    make_error(
        "layout-role-twice",
        N_("The columns {first} ({first_cell}) and {found} ({cell}) both name what the numbers belong to, and differ."),
        N_("Keep one of them, or rename the other. Put a second table on a sheet of its own."),
    ),
    make_error(
        "layout-site-block",
        N_("The text {found} names a site, but it is not known which numbers belong to it."),
        N_("Add a column Site, or put the table of each site on a sheet of its own."),
    ),
    make_error(
        "layout-rows-below-label",
        N_("It is not known whether the text {found} in {cell} holds for other rows as well (rows: {rows})."),
        N_("Label each row, such as Target or Actual, and put the period into the headings of the columns."),
    ),
    make_error(
        "layout-label-unclear",
        N_("It is not clear whether the numbers beside the text {found} are results."),
        N_("Replace the text in {cell} with Actual if they are, else with what they are, such as Target."),
    ),
    make_error(
        "layout-name-differs",
        N_("The text {found} says something else than {indicator}, which the row names."),
        N_("Use the name of the plan, and put a part or the words Target and Actual into columns of their own."),
    ),
    make_error(
        "layout-rows-alike",
        N_("The rows {rows} are both for {key}, but the column {heading} differs: {first} and {second}."),
        N_("Delete the row that contains no results, or label the rows Target and Actual."),
    ),
    make_error(
        "layout-cell-blank",
        N_("The cell {cell} is blank, so it is not known what the numbers in row {row} belong to ({heading})."),
        N_("Fill in {cell}. If the row is a total, delete it."),
    ),
    make_error(
        "layout-total-row",
        N_("Row {row} is labelled {found}, and it is not known of which indicator it is the total."),
        N_("Delete the row. If it is the number of one indicator, write the indicator into {cell}."),
    ),
    make_error(
        "layout-indicator-unknown",
        N_("{found} is not the code, name or alias of an indicator in the plan."),
        N_("Correct {cell} (the closest name is {suggestion}), or add this name to the layout as an alias."),
        N_("Correct {cell}, or add this name to the layout as an alias."),
    ),
    make_error(
        "layout-name-ambiguous",
        N_("{found} can mean {several}."),
        N_("Enter the code in {cell}."),
    ),
    make_error(
        "layout-part-code",
        N_("{found} names a part, but {number} in {code_cell} is not the code of an indicator in the plan."),
        N_("Enter the code of its indicator in {code_cell}, or clear {code_cell} if it belongs to the row above."),
    ),
    make_error(
        "layout-part-unknown",
        N_("{found} is not a part of {indicator}."),
        N_("Enter one of these in {cell}: {parts}."),
    ),
    make_error(
        "layout-column-part",
        N_("The column {heading} has {found} for {indicator}, which has no such part."),
        N_("Clear {cell}, or correct the indicator or part of its row."),
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
        N_("Correct {cell}, or add this name to the layout as an alias."),
    ),
    make_error(
        "layout-site-missing",
        N_("The sheet {sheet} does not name its site."),
        N_("Add a column for the site, name the sheet after it, or choose the site (on the command line: --site)."),
    ),
    make_error(
        "layout-period-unknown",
        N_("{found} is neither a quarter nor a year."),
        N_("Enter it as 2024 Q1, or as 2024 for a whole year."),
    ),
    make_error(
        "layout-year-order",
        N_("The order of {found} shows a year that does not begin in January, but both are headed {year}."),
        N_("Add the year to each heading, such as 2024 Q4, or head them FY{year} and add fiscal_year to the layout."),
    ),
    make_error(
        "layout-year-divided",
        N_("The row is for a whole year, but {cell} in the column {heading} says {found}."),
        N_("Head a column of calendar quarters with Quarter. Add up months and seasons, and delete their column."),
    ),
    make_error(
        "layout-year-missing",
        N_("These headings name a quarter but no year: {found}."),
        N_("Add the year, such as 2025 Q1, or write one year above the table."),
    ),
    make_error(
        "layout-month",
        N_("The system stores quarters, but this is a month: {found}."),
        N_(
            "Add up the three months of each quarter and head them with the quarter, such as 2025 Q1. If the table has "
            "the quarters as well, delete the months."
        ),
    ),
    make_error(
        "layout-half-year",
        N_("The system stores quarters, but this is a half-year: {found}."),
        N_(
            "Enter the quarters, or the value since 1 January, headed such as 2025 Q1-Q2. If the table has the "
            "quarters as well, delete the half-years."
        ),
    ),
    make_error(
        "layout-fiscal-year",
        N_("The layout {layout} does not say in which month a fiscal year begins: {found}."),
        N_("Write calendar quarters, such as 2025 Q1, or add fiscal_year to the layout."),
    ),
    make_error(
        "layout-fiscal-total",
        N_("{indicator} has a total of the fiscal year {period}, which is no year of the plan and cannot be divided."),
        N_("Enter its quarters."),
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
    make_error(
        "layout-basis-mixed",
        N_("{indicator} has a value since 1 January for {period}, while other rows have the value of {quarter} alone."),
        N_("Enter all flows of a quarter in the same way: for the quarter alone, or since 1 January."),
    ),
    make_error(
        "layout-men-differ",
        N_(
            "{indicator}, {site}, {period}: {found} men, but the total {total} ({total_cell}) without {women} women "
            "({women_cell}) differs."
        ),
        N_("Correct the wrong number. If the sex of some people is not known, delete the number of men."),
    ),
    make_error(
        "layout-rest-basis",
        N_(
            "Return {return_id} of {site}, {quarter} and the table report flows differently: one for the quarter, one "
            "since 1 January."
        ),
        N_(
            "Enter the flows of the table in the same way. To replace the whole return, choose that other numbers "
            "become blank (on the command line: --rest blank)."
        ),
    ),
    make_warning(
        "layout-total-differs",
        N_("{indicator}, {site}: the quarters of {year} add up to {sum}, but {cell} contains {total}."),
        N_("Check the values. The quarters are used."),
    ),
    make_warning(
        "layout-latest-differs",
        N_("{indicator}, {site}: {quarter} is {value}, but {cell} contains {total} for the end of the year."),
        N_("Check the values. The quarters are used: enter {total} in its quarter if it belongs to a later one."),
    ),
    make_error(
        "layout-value-twice",
        N_("{key} occurs twice for {site}, {quarter} with the same value, in {first_cell} and {cell}."),
        N_(
            "If both are the same number, clear one of the two cells. If they are separate events, enter their sum in "
            "one row."
        ),
    ),
    make_warning(
        "layout-name-unlike",
        N_("The name {found} has no word in common with {indicator} ({name}), whose code the row has."),
        N_("Check that the code is right."),
    ),
    make_warning(
        "layout-year-from-title",
        N_("The headings {headings} name no year. The year {year} was taken from {found}."),
        N_("Check that {year} is correct, or add the year to the headings."),
    ),
    make_warning(
        "layout-rows-hidden",
        N_("Hidden rows or columns contain numbers, which were read as well: {hidden_cells}."),
        N_("Unhide them or clear the filter, and check that these numbers belong to the table."),
    ),
    make_warning(
        "layout-men-alone",
        N_(
            "{indicator}, {site}, {period}: {found} men cannot be checked, since the total or the number of women is "
            "missing."
        ),
        N_("Enter the total and the women. Men are not imported."),
    ),
    make_warning(
        "layout-rest-blank",
        N_("Numbers of return {return_id} of {site}, {quarter} that are not in the table become blank: {keys}."),
        N_("Check that this is right. To let numbers of the plan stay, choose so (on the command line: --rest keep)."),
    ),
    make_warning(
        "layout-numbers-unread",
        N_("Numbers of {heading} were not taken ({reason}): {cells}."),
        N_("Check that they are no results. Otherwise move them into the table, or add the heading to the layout."),
    ),
    make_warning(
        "layout-not-asked",
        N_("{site} does not report {key} for {quarter}, so {cell} is ignored."),
        N_("No action needed if this is correct. Otherwise the plan must be changed first."),
    ),
    make_note(
        "layout-outside-plan",
        N_("Numbers for {period}, which is outside the plan, are ignored ({count}): {cells}."),
        N_("No action needed."),
    ),
    make_note(
        "layout-computed",
        N_("{indicator} is computed by the system, so its numbers are ignored ({count}): {cells}."),
        N_("No action needed."),
    ),
    make_note(
        "layout-not-in-table",
        N_("The table has {count} of the {asked} numbers that {site} reports for {quarter}. The others are missing."),
        N_("No action needed if the site has no other numbers."),
    ),
    make_note(
        "layout-numbers-aside",
        N_("Numbers of {heading} were not taken ({reason}): {cells}."),
        N_("No action needed."),
    ),
    make_note(
        "layout-rest-stays",
        N_("Numbers of return {return_id} of {site}, {quarter} that are not in the table stay as they are: {count}."),
        N_("No action needed. To make them blank, choose so (on the command line: --rest blank)."),
    ),
    make_note(
        "layout-column-aside",
        N_("The column {found} was not recognised and is ignored."),
        N_("No action needed if it contains no results. Otherwise add its heading to the layout."),
    ),
)
