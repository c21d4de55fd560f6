"""Types for the rules about a plan's rows: what a rule checks, which cells it reads, and what it reports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.plan.issues import Message, Severity


@dataclass(frozen=True)
class Violation:
    """A violation of a rule: the column, and a message that says what to do.

    `other_cell` is a file, row and column that contradicts this one; the message names its place as `{other_cell}`.
    """

    column: str
    message: Message
    severity: Severity = "error"
    other_cell: tuple[str, tuple[str, ...], str] | None = None


@dataclass(frozen=True)
class Rule:
    """A rule about the rows of a file.

    It applies only if the cells that it reads are valid: the columns `reads` of the row itself, the columns
    `reads_of_indicator` of the row's indicator, and the `files` for lookups.
    """

    file: str
    check: Callable[[Any, Plan], Iterator[Violation]]
    reads: tuple[str, ...] = ()
    reads_of_indicator: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def list_reporting_sites(indicator: Indicator, plan: Plan) -> tuple[str, ...]:
    """Return the codes of the sites that report the indicator, as the plan declares; of a total those of its terms."""
    if indicator.is_total and not indicator.reporting_sites:
        return plan.list_reporting_site_codes(indicator)
    return indicator.reporting_sites or tuple(site.code for site in plan.sites)
