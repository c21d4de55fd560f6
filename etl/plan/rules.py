"""What a rule about a plan's rows is: what it judges, what it must be able to read, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.plan.issues import Message, Severity


@dataclass(frozen=True)
class Violation:
    """What a rule finds wrong with a row: in which column, and what to do."""

    column: str
    message: Message
    severity: Severity = "error"


@dataclass(frozen=True)
class Rule:
    """One rule about the rows of a file.

    It is asked only where the cells that it reads are sound: `reads` of the row itself, `reads_of_indicator` of the
    indicator that the row names, and the `files` it looks things up in.
    """

    file: str
    check: Callable[[Any, Plan], Iterator[Violation]]
    reads: tuple[str, ...] = ()
    reads_of_indicator: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def sites_of(indicator: Indicator, plan: Plan) -> tuple[str, ...]:
    """The codes of the sites that report it, as declared."""
    return indicator.reporting_sites or tuple(site.code for site in plan.sites)
