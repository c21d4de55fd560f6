"""Figures of the command line for the same selection as a page, and their comparison."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import cycle

from etl.indicators.plans import Plan
from tests.support.command_line import CommandLine, FigureRow
from tests.support.page_content import PageContent, Row, ShownNumber, Trace

GOOD = ("achieved", "on_track")
NEEDS_ATTENTION = ("at_risk", "off_track")
ATTENTION_RATINGS = (*NEEDS_ATTENTION, "incomplete")


@dataclass(frozen=True)
class Choice:
    """A selection, as an address and as options of the command line."""

    query: str = ""
    period: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def years(self) -> tuple[str, ...]:
        """The selected year; empty for other periods."""
        return self.period[1:] if self.period[:1] == ("--year",) else ()

    @property
    def site_arguments(self) -> tuple[str, ...]:
        return tuple(word for site in self.sites for word in ("--site", site))


@dataclass
class CliFigures:
    """The command line's figures for one selection, read when needed."""

    run: CommandLine
    plan: Plan
    choice: Choice
    _by_quarter: dict[str, dict[str, FigureRow]] = field(default_factory=dict)

    @cached_property
    def years(self) -> tuple[str, ...]:
        settings = self.plan.settings
        return tuple(str(year) for year in range(settings.first_year, settings.last_year + 1))

    @cached_property
    def figures(self) -> dict[str, FigureRow]:
        """Figures by indicator."""
        rows = self.run.figures(*self.choice.period, *self.choice.site_arguments, *self.choice.options)
        return {row["indicator"]: row for row in rows}

    @cached_property
    def by_site(self) -> dict[tuple[str, str], FigureRow]:
        """Figures by indicator and site, of all sites."""
        rows = self.run.figures("--each-site", *self.choice.period, *self.choice.options)
        sites = cycle(site.code for site in self.plan.sites)
        return {(row["indicator"], site): row for row, site in zip(rows, sites, strict=False)}

    @cached_property
    def by_year(self) -> dict[tuple[str, str], FigureRow]:
        """Figures by indicator and year, of all years."""
        arguments = [word for year in self.years for word in ("--year", year)]
        rows = self.run.figures(*arguments, *self.choice.site_arguments, *self.choice.options)
        return {(row["indicator"], row["period"]): row for row in rows}

    def has_part(self, code: str, year: str, part: str) -> bool:
        """Whether the year has a number for the part."""
        return _parse_number(self.by_year[code, year]["parts"][part]["amount"]) is not None

    def to_date(self, code: str) -> dict[str, FigureRow]:
        """Return an indicator's values to date at the end of each year, by counted quarter.

        Annual flows count from the start of each year, and those of numbers from the start of the plan to date.
        """
        indicator = self.plan.indicator_by_code[code]
        is_yearly = indicator.is_flow and indicator.target_basis.value == "annual"
        is_yearly = is_yearly and (indicator.is_ratio or bool(self.choice.period))
        arguments = [
            word for year in self.years for word in ("--year", year if is_yearly else f"{self.years[0]}-{year}")
        ]
        rows = self.run.figures("--indicator", code, *arguments, *self.choice.site_arguments, *self.choice.options)
        return {row["counted_quarter"]: row for row in rows if row["counted_quarter"]}

    def by_quarter(self, code: str) -> dict[str, FigureRow]:
        """Return an indicator's figures by quarter."""
        if code not in self._by_quarter:
            quarters = [f"{year}Q{number}" for year in self.years for number in (1, 2, 3, 4)]
            arguments = [word for quarter in quarters for word in ("--quarter", quarter)]
            rows = self.run.figures("--indicator", code, *arguments, *self.choice.site_arguments, *self.choice.options)
            self._by_quarter[code] = {row["period"]: row for row in rows}
        return self._by_quarter[code]


def check_overview(content: PageContent, cli: CliFigures) -> None:
    """Compare every row, the counts of the objectives, the table of attention and the heading."""
    check_rows(content.tables["figures"], cli.figures)
    check_tally(content.heading, cli.figures.values())
    rows = {row[0].small: row for row in content.tables["objectives"]}
    bars = content.charts["chart-objectives"]
    assert set(rows) == {objective.code for objective in cli.plan.objectives}
    for objective in cli.plan.objectives:
        row = rows[objective.code]
        assert any(f"/objective/{objective.code}" in link for link in row[0].links)
        ratings = [figure["rating"] for figure in cli.figures.values() if figure["objective"] == objective.code]
        rated, good = _count(ratings, (*GOOD, *NEEDS_ATTENTION)), _count(ratings, GOOD)
        assert row[1].words == f"{good} of {rated}", objective.code
        counts = sorted(Counter(ratings).values())
        assert sorted(map(int, re.findall(r"(\d+) ", row[2].words))) == counts
        assert sorted(trace.x[trace.y.index(objective.code)] or 0 for trace in bars)[-len(counts) :] == counts
    expected_rows = {code: row for code, row in cli.figures.items() if row["rating"] in ATTENTION_RATINGS}
    attention = (*content.tables.get("attention", ()), *content.tables.get("attention-others", ()))
    assert {row[0].small for row in attention} == set(expected_rows)
    for row in attention:
        expected_row = expected_rows[row[0].small]
        assert (row[1].rating, row[3].exact, row[4].exact) == (
            expected_row["rating"],
            expected_row["actual"]["amount"],
            expected_row["headline"],
        )


def check_objective(content: PageContent, cli: CliFigures, objective: str) -> None:
    """Compare the counts, and each indicator by year in table and chart."""
    chosen = {code: row for code, row in cli.figures.items() if row["objective"] == objective}
    check_tally(content.crumb.partition(" · ")[2], chosen.values())
    for code in chosen:
        check_years(content, cli, code, f"-{code}")
    assert len(content.charts) == len(chosen)


def check_objective_table(content: PageContent, cli: CliFigures, objective: str) -> None:
    """Compare every row of the table view."""
    check_rows(
        content.tables["figures"], {code: row for code, row in cli.figures.items() if row["objective"] == objective}
    )


def check_objective_sites(content: PageContent, cli: CliFigures, objective: str) -> None:
    """Compare each dot and cell of the view by site with the site's own figure, and the strokes with the total."""
    names = {site.name.en: site.code for site in cli.plan.sites}
    *sites, totals = content.charts["chart-site-shares"]
    assert {trace.name for trace in sites} <= set(names)
    for trace in sites:
        assert dict(zip(trace.y, trace.exact, strict=True)) == {
            code: row["headline"]
            for (code, site), row in cli.by_site.items()
            if site == names[trace.name] and code in totals.y and _parse_number(row["headline"]) is not None
        }
    assert all(exact == cli.figures[code]["headline"] for code, exact in zip(totals.y, totals.exact, strict=True))
    for row in content.tables["site-shares"]:
        code = row[0].small
        assert cli.plan.indicator_by_code[code].objective == objective
        assert row[1].exact == cli.figures[code]["headline"]


def check_site(content: PageContent, cli: CliFigures, site: str) -> None:
    """Compare a row per indicator of the site; those without a target are in a table of their own."""
    chosen = {code: row for (code, site_of_row), row in cli.by_site.items() if site_of_row == site and row["sites"]}
    check_rows(
        content.tables.get("figures", ()), {code: row for code, row in chosen.items() if row["rating"] != "no_target"}
    )
    untargeted = {row[0].small: row[1].numbers for row in content.tables.get("untargeted", ())}
    assert untargeted == {
        code: (ShownNumber(row["actual"]["amount"], row["shown"]["actual"]),)
        for code, row in chosen.items()
        if row["rating"] == "no_target"
    }
    check_tally(content.heading.partition(": ")[2], chosen.values())


def check_programme(content: PageContent, cli: CliFigures, programme: str) -> None:
    """Compare each indicator of the programme by year."""
    linked = {link.indicator for link in cli.plan.indicator_programmes if link.programme == programme}
    chosen = {code: row for code, row in cli.figures.items() if code in linked}
    check_tally(content.heading.partition(": ")[2], chosen.values())
    for code in chosen:
        check_years(content, cli, code, f"-{code}")


def check_indicator(content: PageContent, cli: CliFigures, code: str) -> None:
    """Compare the heading, the facts, and the tables and charts by quarter, year, site and part."""
    row = cli.figures[code]
    assert row["shown"]["actual"] in content.heading
    facts = [content.facts[name].exact for name in ("Actual", "Baseline", "Target", "Expected by now")]
    assert facts == [row["actual"]["amount"], row["baseline"], row["target"], row["expected"]]
    check_years(content, cli, code, "")
    _check_sites(content, cli, code)
    _check_quarters(content, cli, code)
    _check_parts(content, cli, code)
    assert set(content.charts) - {"chart-parts"} == {"chart-history", "chart-years", "chart-sites"}


def _check_parts(content: PageContent, cli: CliFigures, code: str) -> None:
    """Compare the parts in the years that have any, in table and chart."""
    parts = cli.plan.list_parts(code)
    rows, traces = content.tables.get("parts", ()), content.charts.get("chart-parts", ())
    years = traces[0].x if traces else ()
    assert len(rows) == len(traces) == (len(parts) if years else 0)
    for part, row, trace in zip(parts, rows, traces, strict=False):
        expected = tuple(cli.by_year[code, year]["parts"][part.key]["amount"] for year in years)
        assert row[0].words == part.label.en == trace.name
        assert tuple(cell.exact for cell in row[1:]) == expected == trace.exact
    reported = {year for year in cli.years for part in parts if cli.has_part(code, year, part.key)}
    assert set(years) == (reported & set(cli.choice.years or reported))


def check_rows(rows: Iterable[Row], expected_rows: Mapping[str, FigureRow]) -> None:
    """Compare a table of figures with the expected rows, exact and shown numbers."""
    rows_by_code = {row[0].small: row for row in rows}
    assert set(rows_by_code) == set(expected_rows)
    for code, row in rows_by_code.items():
        expected_row = expected_rows[code]
        assert row[1].rating == expected_row["rating"], code
        assert row[1].words.endswith(expected_row["shown"]["rating"]), code
        assert row[3].numbers == (ShownNumber(expected_row["actual"]["amount"], expected_row["shown"]["actual"]),), code
        assert row[4].numbers == (ShownNumber(expected_row["target"], expected_row["shown"]["target"]),), code
        assert row[5].exact == expected_row["headline"], code
        assert row[5].numbers[0].words in expected_row["shown"]["headline"], code


def check_tally(sentence: str, rows: Iterable[FigureRow]) -> None:
    """Compare the counts in a sentence such as `5 of 7 rated indicators ...; 2 need attention`."""
    ratings = [row["rating"] for row in rows]
    rated, good = _count(ratings, (*GOOD, *NEEDS_ATTENTION)), _count(ratings, GOOD)
    expected_counts = [] if not rated else [rated] if good == rated or rated == 1 else [good, rated, rated - good]
    numbers = re.findall(r"\d+", re.sub(r"\bone\b", "1", sentence))
    assert [int(number) for number in numbers] == expected_counts, sentence


def check_years(content: PageContent, cli: CliFigures, code: str, suffix: str) -> None:
    """Compare each year's row, bar and target."""
    rows = {row[0].words: row for row in content.tables[f"years{suffix}"]}
    assert tuple(rows) == cli.years
    figures = {year: cli.by_year[code, year] for year in cli.years}
    for year, row in rows.items():
        _check_short_row(row, figures[year])
    bars, targets = content.charts[f"chart-years{suffix}"]
    _check_bars(bars, targets, figures, upright=True)


def _check_sites(content: PageContent, cli: CliFigures, code: str) -> None:
    names = {site.code: site.name.en for site in cli.plan.sites}
    chosen = cli.figures[code]["sites"]
    figures = {names[site]: cli.by_site[code, site] for site in chosen}
    rows = {row[0].words: row for row in content.tables["sites"]}
    assert set(rows) == set(figures)
    for name, row in rows.items():
        _check_short_row(row, figures[name])
    bars, targets = content.charts["chart-sites"]
    _check_bars(bars, targets, figures, upright=False)


def _check_quarters(content: PageContent, cli: CliFigures, code: str) -> None:
    """Compare each quarter's value, values to date and expected, and the chart with the table."""
    rows = {row[0].words.replace(" ", ""): row for row in content.tables["quarters"]}
    alone, to_date = cli.by_quarter(code), cli.to_date(code)
    assert rows
    for quarter, row in rows.items():
        assert row[1].exact == alone[quarter]["actual"]["amount"], quarter
        if quarter in to_date:
            assert row[2].exact == _get_amount(quarter, to_date[quarter]), quarter
            assert row[3].exact == to_date[quarter]["expected"], quarter
    expected, actual = content.charts["chart-history"][:2]
    for trace, column in ((actual, 2), (expected, 3)):
        points = {x: (y, exact) for x, y, exact in zip(trace.x, trace.y, trace.exact, strict=True) if x}
        assert points == {
            quarter: (_parse_number(row[column].exact), row[column].exact) for quarter, row in rows.items()
        }


def _get_amount(quarter: str, row: FigureRow) -> str:
    """Return the value to date. The counted value excludes years without a target, which a value to date includes."""
    is_counted = _parse_number(row["counted"]["amount"]) is not None and not quarter.endswith("Q4")
    return str(row["counted" if is_counted else "actual"]["amount"])


def _check_short_row(row: Row, figure: FigureRow) -> None:
    exact = row[1].exact, row[2].exact, row[3].exact, row[4].rating
    assert exact == (figure["actual"]["amount"], figure["target"], figure["headline"], figure["rating"])
    assert (row[1].numbers[0].words, row[2].numbers[0].words) == (figure["shown"]["actual"], figure["shown"]["target"])


def _check_bars(bars: Trace, targets: Trace, figures: Mapping[str, FigureRow], *, upright: bool) -> None:
    """Compare the positions of bars and target lines with the exact numbers."""
    for trace, amounts in (
        (bars, {name: figure["actual"]["amount"] for name, figure in figures.items()}),
        (
            targets,
            {name: figure["target"] for name, figure in figures.items() if _parse_number(figure["target"]) is not None},
        ),
    ):
        names, lengths = (trace.x, trace.y) if upright else (trace.y, trace.x)
        plotted = {name: (length, exact) for name, length, exact in zip(names, lengths, trace.exact, strict=True)}
        assert plotted == {name: (_parse_number(amount), amount) for name, amount in amounts.items()}


def _parse_number(exact: str) -> float | None:
    """Return the number; None for the reason of a missing one."""
    try:
        return float(exact)
    except ValueError:
        return None


def _count(ratings: Iterable[str], counted_ratings: Iterable[str]) -> int:
    return sum(rating in counted_ratings for rating in ratings)
