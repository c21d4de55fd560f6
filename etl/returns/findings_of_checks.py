"""Findings about how the numbers of a return go together, with each other and with what was sent before."""

from etl.language import to_say
from etl.returns.finding_kind import FindingKind, error, warning

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
)
