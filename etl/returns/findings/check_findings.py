"""Findings about the consistency of a return, within itself and with earlier returns."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, make_error, make_warning

KINDS: tuple[FindingKind, ...] = (
    make_error(
        "part-over-total",
        N_("{label} ({part}) is more than the total ({total})."),
        N_("Check {cell} and {total_cell}."),
    ),
    make_error(
        "numerator-over-denominator",
        N_("{label} ({numerator}) is more than its denominator ({denominator})."),
        N_("Check {cell} and {denominator_cell}."),
    ),
    make_error(
        "ratio-over-maximum",
        N_("{label} ({numerator}) divided by its denominator ({denominator}) gives more than {maximum}, the maximum."),
        N_("Check {cell} and {denominator_cell}."),
    ),
    make_error(
        "people-over-participations",
        N_("{label}: {people} new people are more than {participations} participations."),
        N_("Check {cell} and {other_cell}. Each new person takes part at least once, so both cells can be equal."),
    ),
    make_error(
        "parts-not-total",
        N_("The parts {parts} add up to {sum}, but the total is {total}."),
        N_("Check {cell} and {part_cells}: the parts must add up to the total."),
    ),
    make_error(
        "pair-incomplete",
        N_("{label} has a value, but {other} of the same ratio is blank."),
        N_("Fill in {other_cell} as well, or enter NC in both."),
    ),
    make_error(
        "dimensions-disagree",
        N_(
            "The total of {label} is blank, and its parts add up to {first} by {first_dimension} but "
            "{second} by {second_dimension}."
        ),
        N_("Check the parts, or enter the total in {cell}."),
    ),
    make_error(
        "site-closed",
        N_("Site {site} does not report for {quarter}. It reports for {active}."),
        N_("Check the site and quarter. If the site does report, its dates must be changed in the plan first."),
    ),
    make_error(
        "quarter-too-early",
        N_("{quarter} ends on {end}. Returns are accepted from {from_day}."),
        N_("Upload it when the quarter has ended."),
    ),
    make_warning(
        "quarter-early",
        N_("{quarter} has not ended yet. It ends on {end}."),
        N_("Check that the numbers are for the whole quarter, or upload the return when the quarter has ended."),
    ),
    make_error(
        "quarter-locked",
        N_("{quarter} is locked and no longer accepts returns."),
        N_("Ask the administrator to unlock the quarter."),
    ),
    make_error(
        "year-to-date-falls",
        N_("{label}: the year-to-date value {value} is less than the {before} of the earlier quarters."),
        N_("Check {cell}. If an earlier quarter is too high, correct that quarter first."),
    ),
    make_error(
        "earlier-quarter-rises",
        N_(
            "{label}: with {value}, the year-to-date total would be {sum}, more than the {later} "
            "reported for {later_quarter}."
        ),
        N_("If {later_quarter} is too low, correct that quarter first. Otherwise check {cell}."),
    ),
    make_warning(
        "flow-unusually-high",
        N_(
            "{label}: {value} is more than three times {highest}, the highest value of the last eight "
            "quarters ({highest_quarter})."
        ),
        N_(
            "Check {cell} for a misplaced decimal point or an extra zero. If the number is correct, "
            "explain it in the note."
        ),
    ),
    make_warning(
        "stock-unusual",
        N_("{label}: {value} differs by more than 30 % from {latest} in {latest_quarter}."),
        N_("Check {cell}. If the number is correct, explain it in the note."),
    ),
    make_warning(
        "stock-falls-to-zero",
        N_("{label} is 0, but was {latest} in {latest_quarter}."),
        N_("Check {cell}. Enter NC if it was not measured. If there are none left, explain it in the note."),
    ),
    make_warning(
        "stage-goes-back",
        N_("{label} is {value}, but was {latest} in {latest_quarter}."),
        N_("Check {cell}. If it went back, explain it in the note."),
    ),
    make_warning(
        "flows-all-zero",
        N_("The flows of the quarter are all 0 ({count})."),
        N_("Keep them if there was no activity. If a number is unknown, leave it blank or enter NC."),
    ),
    make_warning(
        "women-are-all",
        N_("The number of women equals the total in every row with a total of five or more ({women_cells})."),
        N_("Check whether the totals were entered for the women."),
    ),
    make_warning(
        "flows-as-last-quarter",
        N_("All flows of the quarter are the same as in {before}."),
        N_("Check that this is not the return for {before} again."),
    ),
    make_warning(
        "basis-doubtful",
        N_('The return says "this quarter", but each flow is at least the year-to-date total of {before}.'),
        N_("If you entered year-to-date values, change the choice in {cell}."),
        N_("If these are year-to-date values, write so in the heading, such as 2025 Q1-Q2."),
    ),
    make_warning(
        "basis-differs",
        N_("The numbers of flows are {basis}, but in {before} they were {other}."),
        N_("Check the choice in {cell}."),
        N_("Check that the headings say what the numbers are: of the quarter, or since 1 January."),
    ),
)
