"""Findings about how the numbers of a return go together, with each other and with what was sent before."""

from etl.locale.translations import to_say
from etl.returns.findings.kind import FindingKind, error, warning

KINDS: tuple[FindingKind, ...] = (
    error(
        "part-over-total",
        to_say("{label} ({part}) is more than the total ({total})."),
        to_say("Check {cell} and {total_cell}."),
    ),
    error(
        "numerator-over-denominator",
        to_say("{label} ({numerator}) is more than what it is a share of ({denominator})."),
        to_say("Check {cell} and {denominator_cell}."),
    ),
    error(
        "parts-not-total",
        to_say("The parts {parts} add up to {sum}, but the total is {total}."),
        to_say("Check {cell} and {part_cells}: these parts must add up to the total."),
    ),
    error(
        "pair-incomplete",
        to_say("{key} is filled, but {other} of the same share is not."),
        to_say("Fill {other_cell} too, or type NC in both."),
    ),
    error(
        "dimensions-disagree",
        to_say(
            "The total of {key} is blank, and its parts add up to {first} by {first_dimension}, "
            "to {second} by {second_dimension}."
        ),
        to_say("Check the parts, or type the total in {cell}."),
    ),
    error(
        "site-closed",
        to_say("Site {site} does not report in {quarter}; it reports in {active}."),
        to_say("Check site and quarter. If the site does report, its dates in the plan must be changed first."),
    ),
    error(
        "quarter-too-early",
        to_say("{quarter} ends on {end}; a return is taken from {from_day} on."),
        to_say("Send it when the quarter has ended."),
    ),
    warning(
        "quarter-early",
        to_say("{quarter} has not ended yet; it ends on {end}."),
        to_say("Check that the numbers are for the whole quarter, or send it when the quarter has ended."),
    ),
    error(
        "quarter-locked",
        to_say("{quarter} is locked: it takes no returns any more."),
        to_say("Ask the administrator to unlock the quarter."),
    ),
    error(
        "year-to-date-falls",
        to_say("{label}: {value} since the year began is less than the {before} of the quarters before it."),
        to_say("Check {cell}. If an earlier quarter was too high, correct that one first."),
    ),
    error(
        "earlier-quarter-rises",
        to_say(
            "{label}: with {value} here, the year so far would be {sum}, more than the {later} that "
            "{later_quarter} says since the year began."
        ),
        to_say("If {later_quarter} was too low, correct that one first; else check {cell}."),
    ),
    warning(
        "flow-unusually-high",
        to_say(
            "{label}: {value} is more than three times {highest}, the highest of the last eight quarters "
            "({highest_quarter})."
        ),
        to_say("Check {cell}: has a point or a zero slipped in? If the number is right, say why in the note."),
    ),
    warning(
        "stock-unusual",
        to_say("{label}: {value} is more than 30 % off the {latest} of {latest_quarter}."),
        to_say("Check {cell}. If the number is right, say why in the note."),
    ),
    warning(
        "stock-falls-to-zero",
        to_say("{label} is 0, and was {latest} in {latest_quarter}."),
        to_say("Check {cell}: type NC if it was not measured. If there are none left, say why in the note."),
    ),
    warning(
        "flows-all-zero",
        to_say("All {count} numbers of what was done in the quarter are 0."),
        to_say("Keep them if nothing was done. Leave blank, or type NC for, what is not known."),
    ),
    warning(
        "women-are-all",
        to_say("Women are as many as the total in every row that counts five or more ({women_cells})."),
        to_say("Check whether the totals were typed for the women."),
    ),
    warning(
        "flows-as-last-quarter",
        to_say("Every number of what was done in the quarter is the same as in {before}."),
        to_say("Check that this is not the return of {before} once more."),
    ),
    warning(
        "basis-doubtful",
        to_say(
            'The form says "this quarter", but each number of what was done is at least what the year had come to '
            "by {before}."
        ),
        to_say("If you typed what was done since the year began, choose so in {cell}."),
    ),
    warning(
        "basis-differs",
        to_say("The form says that flows are {basis}; in {before} they were {other}."),
        to_say("Check the choice in {cell}."),
    ),
)
