"""Findings about the consistency of a return, within itself and with earlier returns."""

from etl.locale import N_
from etl.returns.findings.kind import FindingKind, error, warning

KINDS: tuple[FindingKind, ...] = (
    error(
        "part-over-total",
        N_("{label} ({part}) is more than the total ({total})."),
        N_("Check {cell} and {total_cell}."),
    ),
    error(
        "numerator-over-denominator",
        N_("{label} ({numerator}) is more than what it is a share of ({denominator})."),
        N_("Check {cell} and {denominator_cell}."),
    ),
    error(
        "parts-not-total",
        N_("The parts {parts} add up to {sum}, but the total is {total}."),
        N_("Check {cell} and {part_cells}: these parts must add up to the total."),
    ),
    error(
        "pair-incomplete",
        N_("{key} is filled, but {other} of the same share is not."),
        N_("Fill {other_cell} too, or type NC in both."),
    ),
    error(
        "dimensions-disagree",
        N_(
            "The total of {key} is blank, and its parts add up to {first} by {first_dimension}, "
            "to {second} by {second_dimension}."
        ),
        N_("Check the parts, or type the total in {cell}."),
    ),
    error(
        "site-closed",
        N_("Site {site} does not report in {quarter}; it reports in {active}."),
        N_("Check site and quarter. If the site does report, its dates in the plan must be changed first."),
    ),
    error(
        "quarter-too-early",
        N_("{quarter} ends on {end}; a return is taken from {from_day} on."),
        N_("Send it when the quarter has ended."),
    ),
    warning(
        "quarter-early",
        N_("{quarter} has not ended yet; it ends on {end}."),
        N_("Check that the numbers are for the whole quarter, or send it when the quarter has ended."),
    ),
    error(
        "quarter-locked",
        N_("{quarter} is locked: it takes no returns any more."),
        N_("Ask the administrator to unlock the quarter."),
    ),
    error(
        "year-to-date-falls",
        N_("{label}: {value} since the year began is less than the {before} of the quarters before it."),
        N_("Check {cell}. If an earlier quarter was too high, correct that one first."),
    ),
    error(
        "earlier-quarter-rises",
        N_(
            "{label}: with {value} here, the year so far would be {sum}, more than the {later} that "
            "{later_quarter} says since the year began."
        ),
        N_("If {later_quarter} was too low, correct that one first; else check {cell}."),
    ),
    warning(
        "flow-unusually-high",
        N_(
            "{label}: {value} is more than three times {highest}, the highest of the last eight quarters "
            "({highest_quarter})."
        ),
        N_("Check {cell}: has a point or a zero slipped in? If the number is right, say why in the note."),
    ),
    warning(
        "stock-unusual",
        N_("{label}: {value} is more than 30 % off the {latest} of {latest_quarter}."),
        N_("Check {cell}. If the number is right, say why in the note."),
    ),
    warning(
        "stock-falls-to-zero",
        N_("{label} is 0, and was {latest} in {latest_quarter}."),
        N_("Check {cell}: type NC if it was not measured. If there are none left, say why in the note."),
    ),
    warning(
        "flows-all-zero",
        N_("All {count} numbers of what was done in the quarter are 0."),
        N_("Keep them if nothing was done. Leave blank, or type NC for, what is not known."),
    ),
    warning(
        "women-are-all",
        N_("Women are as many as the total in every row that counts five or more ({women_cells})."),
        N_("Check whether the totals were typed for the women."),
    ),
    warning(
        "flows-as-last-quarter",
        N_("Every number of what was done in the quarter is the same as in {before}."),
        N_("Check that this is not the return of {before} once more."),
    ),
    warning(
        "basis-doubtful",
        N_(
            'The form says "this quarter", but each number of what was done is at least what the year had come to '
            "by {before}."
        ),
        N_("If you typed what was done since the year began, choose so in {cell}."),
    ),
    warning(
        "basis-differs",
        N_("The form says that flows are {basis}; in {before} they were {other}."),
        N_("Check the choice in {cell}."),
    ),
)
