"""What many sites said of one number in one quarter, counted and added: all that a sum of sites has to look at.

A tally holds groups: the sites that reported, those that did not collect, those covered by a later year to date, those
whose earlier level stands in. Tallies of different sites add, and one site's can be taken out again, without a look at
the others: so the tallies of a whole country are kept up to date by the return that changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from etl.indicators.exact import EXACT_CONTEXT
from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.plans import Plans
from etl.indicators.site_sets import NO_SITE, SiteSet
from etl.indicators.vocabulary import CellState, SiteQuarter


class AnswerKind(StrEnum):
    """How a site stands in a tally."""

    REPORTED = "reported"
    NOT_COLLECTED = "not_collected"
    COVERED = "covered"
    CARRIED = "carried"
    """It did not report this quarter's level, and an earlier one stands in."""


@dataclass(frozen=True, slots=True)
class Group:
    """The sites of which the same can be said.

    Of those carried, `since` is the quarter of their last level. Of those covered, `covered_by` is the quarter whose
    year to date reports for them and `since` the first one that it covers.
    """

    answer: AnswerKind
    since: Quarter | None = None
    covered_by: Quarter | None = None


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """The sites of a group, and their amounts (or numerators) and denominators added up exactly."""

    sites: SiteSet
    value: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)

    def plus(self, other: "GroupTotal") -> "GroupTotal":
        return GroupTotal(
            self.sites | other.sites,
            EXACT_CONTEXT.add(self.value, other.value),
            EXACT_CONTEXT.add(self.denominator, other.denominator),
        )

    def minus(self, other: "GroupTotal") -> "GroupTotal":
        return GroupTotal(
            self.sites & ~other.sites,
            EXACT_CONTEXT.subtract(self.value, other.value),
            EXACT_CONTEXT.subtract(self.denominator, other.denominator),
        )


REPORTED, NOT_COLLECTED = Group(AnswerKind.REPORTED), Group(AnswerKind.NOT_COLLECTED)
EMPTY_TOTAL = GroupTotal(NO_SITE)


class Tally:
    """What the sites said in a quarter, by group; no group is empty. A site whose level is carried may have said NC."""

    def __init__(self, groups: Mapping[Group, GroupTotal]) -> None:
        self._groups = groups

    @property
    def groups(self) -> Mapping[Group, GroupTotal]:
        """What each group brought."""
        return self._groups

    @property
    def is_empty(self) -> bool:
        """Whether nobody said anything."""
        return not self.groups

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and (self is other or self.groups == other.groups)

    def __hash__(self) -> int:
        return hash(frozenset(self.groups.items()))

    def __repr__(self) -> str:
        return f"Tally({dict(self.groups)!r})"

    @property
    def reported_sites(self) -> SiteSet:
        """The sites that reported the quarter by itself."""
        return self.groups.get(REPORTED, EMPTY_TOTAL).sites

    @cached_property
    def answered_sites(self) -> SiteSet:
        """The sites that said anything of the quarter: a number, that it was not collected, or a later year to date."""
        sites = NO_SITE
        for group, brought in self.groups.items():
            if group.answer is not AnswerKind.CARRIED:
                sites |= brought.sites
        return sites

    def plus(self, other: "Tally") -> "Tally":
        if not other.groups:
            return self
        groups = dict(self.groups)
        for group, brought in other.groups.items():
            mine = groups.get(group)
            groups[group] = brought if mine is None else mine.plus(brought)
        return Tally(groups)

    def minus(self, other: "Tally") -> "Tally":
        """Without what those sites brought, all of which must be in it."""
        if not other.groups:
            return self
        groups = dict(self.groups)
        for group, brought in other.groups.items():
            left = groups[group].minus(brought)
            if left.sites:
                groups[group] = left
            else:
                del groups[group]
        return Tally(groups)


EMPTY_TALLY = Tally({})
Tallies = Mapping[Quarter, Tally]
"""Of one indicator, or one part of it, by quarter."""


def add_tallies(tallies: Iterable[Tallies]) -> dict[Quarter, Tally]:
    """The tallies of sets of sites that have no site in common, together."""
    found: dict[Quarter, dict[Group, list[GroupTotal]]] = {}
    for one in tallies:
        for quarter, tally in one.items():
            groups = found.setdefault(quarter, {})
            for group, brought in tally.groups.items():
                groups.setdefault(group, []).append(brought)
    return {
        quarter: Tally({group: _together(brought) for group, brought in groups.items()})
        for quarter, groups in found.items()
    }


def _together(several: list[GroupTotal]) -> GroupTotal:
    found = several[0]
    for one in several[1:]:
        found = found.plus(one)
    return found


def tally_site(
    plans: Plans, rows: Mapping[Quarter, SiteQuarter], span: tuple[Quarter, Quarter] | None = None
) -> dict[Quarter, Tally]:
    """What one site's rows of an indicator, or one part of it, bring to each quarter.

    Rows of quarters in which the plan does not ask the site bring nothing. A level is brought to the quarters after
    it as well, as long as it may be carried there (fine print, C4). With `span` only what is brought to the quarters
    from its first to its last.
    """
    if not rows:
        return {}
    first = next(iter(rows.values()))
    site, code = plans.site_bits.bit(first.site), first.indicator
    asked = {quarter: row for quarter, row in rows.items() if site & plans.expected_sites_by_code(code, quarter)}
    since = _first_covered(asked)
    found: dict[Quarter, Tally] = {}
    for quarter in asked if span is None else quarters_between(*span):
        row = asked.get(quarter)
        if row is None:
            continue
        group = (
            Group(AnswerKind.COVERED, since[row.covered_by], row.covered_by) if row.covered_by else _GROUPS[row.state]
        )
        found[quarter] = Tally({group: _brought(site, row)})
    if plans.is_level(code) and any(row.state is CellState.REPORTED for row in asked.values()):
        _carry(plans, asked, found, site, span)
    return found


_GROUPS = {CellState.REPORTED: REPORTED, CellState.NOT_COLLECTED: NOT_COLLECTED}


def _brought(site: SiteSet, row: SiteQuarter) -> GroupTotal:
    if row.value is None:
        return GroupTotal(site)
    return GroupTotal(site, row.value, row.denominator if row.denominator is not None else Decimal(0))


def _first_covered(rows: Mapping[Quarter, SiteQuarter]) -> dict[Quarter | None, Quarter]:
    """By the quarter that closes a cover, the first one that it reports for."""
    found: dict[Quarter | None, Quarter] = {}
    for quarter, row in rows.items():
        if row.covered_by is not None:
            found[row.covered_by] = min(quarter, found.get(row.covered_by, quarter))
    return found


def _carry(
    plans: Plans,
    asked: Mapping[Quarter, SiteQuarter],
    found: dict[Quarter, Tally],
    site: SiteSet,
    span: tuple[Quarter, Quarter] | None,
) -> None:
    """Puts the last level into the quarters after it that the site did not report by itself."""
    code = next(iter(asked.values())).indicator
    reported = [quarter for quarter, row in asked.items() if row.state is CellState.REPORTED]
    definitions = {quarter: plans.plan_in_force(quarter).indicator_by_code[code] for quarter in reported}
    levels = {quarter: definition.kind for quarter, definition in definitions.items() if definition.is_stock}
    if not levels:
        return
    reach = span or (min(levels).plus(1), max(levels).plus(plans.max_carry_quarters))
    for later in quarters_between(*reach):
        if later in levels or not site & plans.expected_sites_by_code(code, later):
            continue
        plan = plans.plan_in_force(later)
        kind = plan.indicator_by_code[code].kind
        for earlier in reversed(quarters_between(later.plus(-plan.settings.carry_quarters), later.plus(-1))):
            if levels.get(earlier) == kind:
                carried = Group(AnswerKind.CARRIED, since=earlier)
                found[later] = Tally({**found.get(later, EMPTY_TALLY).groups, carried: _brought(site, asked[earlier])})
                break
