"""Tallies: the answers of many sites for one number and quarter, counted and added up.

A tally has groups of sites: those that reported, those that did not collect the number, those covered by a later
year-to-date return, and those with a group level. Tallies of different sites can be added, and the tally of a site
can be subtracted again without reading the rows of other sites. So the tallies of all sites are updated by one changed
return.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, reduce

from etl.indicators.exact import EXACT_CONTEXT
from etl.indicators.periods import Quarter, list_quarters_between
from etl.indicators.plans import Plans
from etl.indicators.site_sets import NO_SITE, SiteSet
from etl.indicators.vocabulary import CellState, SiteQuarter


class AnswerKind(StrEnum):
    """The answer of a site in a tally."""

    REPORTED = "reported"
    NOT_COLLECTED = "not_collected"
    COVERED = "covered"
    CARRIED = "group"
    """The site did not report this quarter; its last level is group."""


@dataclass(frozen=True, slots=True)
class Group:
    """The key of a group of sites with the same answer.

    For group levels, `since` is the quarter of the last level. For covered quarters, `covered_by` is the quarter of
    the year-to-date return and `since` the first quarter that it covers.
    """

    answer: AnswerKind
    since: Quarter | None = None
    covered_by: Quarter | None = None

    def lies_within(self, first: Quarter, last: Quarter) -> bool:
        """Whether all covered quarters, up to the closing one, are within the two."""
        return (
            self.covered_by is not None and self.since is not None and self.covered_by <= last and first <= self.since
        )


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """The sites of a group with the exact sums of their amounts (or numerators) and denominators."""

    sites: SiteSet
    value: Decimal = Decimal(0)
    denominator: Decimal = Decimal(0)

    def add(self, other: "GroupTotal") -> "GroupTotal":
        return GroupTotal(
            self.sites | other.sites,
            EXACT_CONTEXT.add(self.value, other.value),
            EXACT_CONTEXT.add(self.denominator, other.denominator),
        )

    def subtract(self, other: "GroupTotal") -> "GroupTotal":
        return GroupTotal(
            self.sites & ~other.sites,
            EXACT_CONTEXT.subtract(self.value, other.value),
            EXACT_CONTEXT.subtract(self.denominator, other.denominator),
        )


REPORTED, NOT_COLLECTED = Group(AnswerKind.REPORTED), Group(AnswerKind.NOT_COLLECTED)
EMPTY_TOTAL = GroupTotal(NO_SITE)


class Tally:
    """The totals of a quarter by group. No group is empty. A site with a group level may also be "not collected"."""

    def __init__(self, groups: Mapping[Group, GroupTotal]) -> None:
        self._groups = groups

    @property
    def groups(self) -> Mapping[Group, GroupTotal]:
        """The total of each group."""
        return self._groups

    @property
    def is_empty(self) -> bool:
        """Whether no site has an answer."""
        return not self.groups

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and (self is other or self.groups == other.groups)

    def __hash__(self) -> int:
        return hash(frozenset(self.groups.items()))

    def __repr__(self) -> str:
        return f"Tally({dict(self.groups)!r})"

    @property
    def reported_sites(self) -> SiteSet:
        """The sites that reported the quarter itself."""
        return self.groups.get(REPORTED, EMPTY_TOTAL).sites

    @cached_property
    def answered_sites(self) -> SiteSet:
        """The sites with a number, "not collected", or a later year-to-date return for the quarter."""
        sites = NO_SITE
        for group, total in self.groups.items():
            if group.answer is not AnswerKind.CARRIED:
                sites |= total.sites
        return sites

    def add(self, other: "Tally") -> "Tally":
        if not other.groups:
            return self
        groups = dict(self.groups)
        for group, total in other.groups.items():
            existing = groups.get(group)
            groups[group] = total if existing is None else existing.add(total)
        return Tally(groups)

    def subtract(self, other: "Tally") -> "Tally":
        """Subtract a tally of sites that are all included in this one."""
        if not other.groups:
            return self
        groups = dict(self.groups)
        for group, total in other.groups.items():
            difference = groups[group].subtract(total)
            if difference.sites:
                groups[group] = difference
            else:
                del groups[group]
        return Tally(groups)

    def drop_covered_after(self, last: Quarter) -> "Tally":
        """Return the tally without the sites that a year-to-date return of a quarter after `last` covers."""
        later = [group for group in self.groups if group.covered_by is not None and group.covered_by > last]
        return Tally({group: total for group, total in self.groups.items() if group not in later}) if later else self


EMPTY_TALLY = Tally({})
Tallies = Mapping[Quarter, Tally]
"""The tallies of one indicator, or of one part of it, by quarter."""


def add_tallies(tallies: Iterable[Tallies]) -> dict[Quarter, Tally]:
    """Add up the tallies of disjoint sets of sites."""
    totals_by_quarter: dict[Quarter, dict[Group, list[GroupTotal]]] = {}
    for by_quarter in tallies:
        for quarter, tally in by_quarter.items():
            groups = totals_by_quarter.setdefault(quarter, {})
            for group, total in tally.groups.items():
                groups.setdefault(group, []).append(total)
    return {
        quarter: Tally({group: reduce(GroupTotal.add, totals) for group, totals in groups.items()})
        for quarter, groups in totals_by_quarter.items()
    }


def tally_site(
    plans: Plans, rows: Mapping[Quarter, SiteQuarter], span: tuple[Quarter, Quarter] | None = None
) -> dict[Quarter, Tally]:
    """Return the tallies that the rows of one site contribute to, for one indicator or one part of it.

    Rows of quarters in which the site is not expected to report are ignored. A level also counts in later quarters,
    as long as it may be carried (docs/arithmetic.md, C4). With `span` only the tallies of quarters from its first to
    its last are returned.
    """
    if not rows:
        return {}
    first = next(iter(rows.values()))
    site, code = plans.site_bits.get_bit(first.site), first.indicator
    expected = {quarter: row for quarter, row in rows.items() if site & plans.get_expected_sites_by_code(code, quarter)}
    since = _find_first_covered(expected)
    tallies: dict[Quarter, Tally] = {}
    for quarter in expected if span is None else list_quarters_between(*span):
        row = expected.get(quarter)
        if row is None:
            continue
        group = (
            Group(AnswerKind.COVERED, since[row.covered_by], row.covered_by) if row.covered_by else _GROUPS[row.state]
        )
        tallies[quarter] = Tally({group: _make_group_total(site, row)})
    if plans.is_level(code) and any(row.state is CellState.REPORTED for row in expected.values()):
        _carry(plans, expected, tallies, site, span)
    return tallies


_GROUPS = {CellState.REPORTED: REPORTED, CellState.NOT_COLLECTED: NOT_COLLECTED}


def _make_group_total(site: SiteSet, row: SiteQuarter) -> GroupTotal:
    if row.value is None:
        return GroupTotal(site)
    return GroupTotal(site, row.value, row.denominator if row.denominator is not None else Decimal(0))


def _find_first_covered(rows: Mapping[Quarter, SiteQuarter]) -> dict[Quarter | None, Quarter]:
    """Return the first covered quarter of each closing quarter."""
    first: dict[Quarter | None, Quarter] = {}
    for quarter, row in rows.items():
        if row.covered_by is not None:
            first[row.covered_by] = min(quarter, first.get(row.covered_by, quarter))
    return first


def _carry(
    plans: Plans,
    rows: Mapping[Quarter, SiteQuarter],
    tallies: dict[Quarter, Tally],
    site: SiteSet,
    span: tuple[Quarter, Quarter] | None,
) -> None:
    """Add the last level to the tallies of later quarters that the site did not report."""
    code = next(iter(rows.values())).indicator
    reported = [quarter for quarter, row in rows.items() if row.state is CellState.REPORTED]
    definitions = {quarter: plans.get_plan_in_force(quarter).indicator_by_code[code] for quarter in reported}
    levels = {quarter: definition.kind for quarter, definition in definitions.items() if definition.is_stock}
    if not levels:
        return
    span_to_fill = span or (min(levels).shift(1), max(levels).shift(plans.max_carry_quarters))
    for later in list_quarters_between(*span_to_fill):
        if later in levels or not site & plans.get_expected_sites_by_code(code, later):
            continue
        plan = plans.get_plan_in_force(later)
        kind = plan.indicator_by_code[code].kind
        for earlier in reversed(list_quarters_between(later.shift(-plan.settings.carry_quarters), later.shift(-1))):
            if levels.get(earlier) == kind:
                group = Group(AnswerKind.CARRIED, since=earlier)
                tallies[later] = Tally(
                    {**tallies.get(later, EMPTY_TALLY).groups, group: _make_group_total(site, rows[earlier])}
                )
                break
