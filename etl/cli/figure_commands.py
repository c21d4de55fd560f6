"""`figures`: any figure by objective, indicator, year, quarter and site, printed or written to a file."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from etl.cli.output import EXIT_OK, EXIT_USAGE, format_table, print_error
from etl.cli.parsers import Commands, Context, parse_quarter_argument
from etl.exports.figure_rows import FigureDict, render_figures_json, serialize_figure
from etl.indicators.part_targets import list_parts_with_targets
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan, Plans
from etl.indicators.selected_sites import select_places
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import CellKey, Indicator
from etl.queries.plan_version_snapshot import find_plan_version_snapshot
from etl.queries.scope import QueryScope

_BINARY_FORMATS = ("xlsx", "parquet")
_FRAME_FORMATS = ("csv", *_BINARY_FORMATS)


def add_commands(commands: Commands) -> None:
    figures = commands.add_parser("figures", help="print figures, or write them to a file")
    figures.add_argument("--objective", action="append", default=[], metavar="CODE")
    figures.add_argument("--indicator", action="append", default=[], metavar="CODE")
    figures.add_argument("--year", action="append", default=[], metavar="2025|2023-2025", help="default: plan to date")
    figures.add_argument("--quarter", action="append", default=[], metavar="2025Q3", type=parse_quarter_argument)
    figures.add_argument("--site", action="append", default=[], metavar="CODE", help="several: their figures together")
    figures.add_argument("--province", action="append", default=[], metavar="KH-3", help="its sites together")
    figures.add_argument("--programme", default="", metavar="CODE")
    figures.add_argument("--each-site", action="store_true", help="one figure for each site")
    figures.add_argument("--each-province", action="store_true", help="one figure for each province")
    figures.add_argument("--approved", action="store_true", help="leave out returns that are not approved")
    figures.add_argument("--plan", type=int, metavar="NUMBER", help="assess against this version of the plan")
    figures.add_argument("--format", choices=("table", "json", *_FRAME_FORMATS), default="table")
    figures.add_argument("-o", "--output", type=Path, metavar="FILE", help="write a file; xlsx and parquet need one")
    figures.set_defaults(run=run_figures)


def run_figures(arguments: Namespace, context: Context) -> int:
    snapshot = context.source.get_snapshot()
    if arguments.plan is not None:
        version_snapshot = find_plan_version_snapshot(context.source, arguments.plan)
        if version_snapshot is None:
            print_error(f"The plan has no version {arguments.plan}.")
            return EXIT_USAGE
        snapshot = version_snapshot
    scope = QueryScope(
        snapshot,
        context.settings.today(),
        programme=arguments.programme,
        include_unapproved=not arguments.approved,
    )
    unknown_codes = _find_unknown_codes(arguments, scope.plan)
    periods = _parse_periods(arguments)
    if periods is None:
        print_error("Write a year as 2025 or 2023-2025.")
        return EXIT_USAGE
    unknown_codes += [str(period) for period in periods if not _is_in_plan(period, scope.plan)]
    if unknown_codes:
        print_error(f"Not in the plan: {', '.join(unknown_codes)}.")
        return EXIT_USAGE
    if arguments.format in _BINARY_FORMATS and arguments.output is None:
        print_error(f"Name the file to write: --output figures.{arguments.format}")
        return EXIT_USAGE
    indicators, places = _select_indicators(arguments, scope), _list_site_choices(arguments, scope.snapshot.plans)
    if arguments.format in _FRAME_FORMATS:
        data = _render_frame(scope, periods, indicators, places, arguments.format)
    else:
        rows = [
            row
            for period in periods
            for indicator in indicators
            for sites in places
            for row in _iterate_rows(scope, indicator, period, sites, with_parts=arguments.format != "json")
        ]
        data = _render_rows(rows, arguments.format).encode()
    return _write(data, arguments.output)


def _render_frame(
    scope: QueryScope,
    periods: Sequence[Period],
    indicators: Sequence[Indicator],
    places: Sequence[SiteSelection | None],
    output_format: str,
) -> bytes:
    # pandas takes a second to import, and other commands don't need it.
    from etl.exports.figure_files import render_figures_csv, render_figures_parquet, render_figures_workbook
    from etl.exports.frames import figures_frame

    frame = figures_frame(scope, periods=periods, places=places, indicators=indicators, rated_parts_only=True)
    if output_format == "csv":
        return render_figures_csv(frame).encode()
    return render_figures_workbook(frame) if output_format == "xlsx" else render_figures_parquet(frame)


def _write(data: bytes, output: Path | None) -> int:
    if output is None:
        print(data.decode(), end="", flush=True)
    else:
        output.write_bytes(data)
        print_error(f"{output}: {len(data)} bytes.")
    return EXIT_OK


def _find_unknown_codes(arguments: Namespace, plan: Plan) -> list[str]:
    programmes = {programme.code for programme in plan.programmes}
    return [
        *(code for code in arguments.objective if code not in plan.objective_by_code),
        *(code for code in arguments.indicator if code not in plan.indicator_by_code),
        *(code for code in arguments.site if code not in plan.site_by_code),
        *(code for code in arguments.province if code not in plan.province_by_code),
        *(code for code in [arguments.programme] if code and code not in programmes),
    ]


def _parse_periods(arguments: Namespace) -> list[Period] | None:
    """Return the requested periods, or None for an invalid year or a range that ends before it starts."""
    periods: list[Period] = []
    for text in arguments.year:
        first, _, last = text.partition("-")
        if not (first.isdecimal() and (last or first).isdecimal() and int(first) <= int(last or first)):
            return None
        periods.append(Years(int(first), int(last or first)))
    periods.extend(arguments.quarter)
    return periods or [PlanToDate()]


def _is_in_plan(period: Period, plan: Plan) -> bool:
    settings = plan.settings
    if isinstance(period, Quarter):
        return settings.first_quarter <= period <= settings.last_quarter
    return isinstance(period, PlanToDate) or settings.first_year <= period.first <= period.last <= settings.last_year


def _select_indicators(arguments: Namespace, scope: QueryScope) -> list[Indicator]:
    return [
        indicator
        for indicator in scope.list_indicators()
        if (not arguments.objective or indicator.objective in arguments.objective)
        and (not arguments.indicator or indicator.code in arguments.indicator)
    ]


def _list_site_choices(arguments: Namespace, plans: Plans) -> list[SiteSelection | None]:
    """Return the selections of sites, each of which gets a figure of its own."""
    codes = (*arguments.site, *arguments.province)
    if not arguments.each_site and not arguments.each_province:
        return [select_places(plans, codes) or None]
    choices: list[SiteSelection | None] = []
    if arguments.each_site:
        chosen = select_places(plans, codes) or tuple(plans.latest.site_by_code)
        choices += [(code,) for code in chosen]
    if arguments.each_province:
        choices += [plans.provinces[code] for code in arguments.province or plans.latest.province_by_code]
    return choices


def _iterate_rows(
    scope: QueryScope, indicator: Indicator, period: Period, sites: SiteSelection | None, *, with_parts: bool
) -> Iterator[FigureDict]:
    """Yield the figure of the indicator, then those of parts with targets, which JSON has within the first."""
    figure = scope.get_figure(indicator.code, period=period, sites=sites)
    parts = [
        (part, scope.get_figure(indicator.code, period=period, sites=sites, part=part.key))
        for part in scope.plan.list_parts(indicator.code)
    ]
    participations = scope.compute_participations(indicator.code, period=period, sites=sites)
    province = {"province": sites.code} if isinstance(sites, SiteGroup) else {}
    yield {**serialize_figure(figure, indicator, parts, participations), **province}
    rated_keys = {part.key for part in list_parts_with_targets(scope.plan, indicator.code)} if with_parts else set()
    for part, part_figure in parts:
        if part.key in rated_keys:
            yield {**serialize_figure(part_figure, indicator), **province, "part": part.key}


def _render_rows(rows: list[FigureDict], output_format: str) -> str:
    if output_format == "json":
        return f"{render_figures_json(rows)}\n"
    header = ("indicator", "period", "sites", "actual", "target", "headline", "rating", "in")
    return format_table(header, [_make_table_row(row) for row in rows])


def _make_table_row(row: FigureDict) -> tuple[str, ...]:
    actual, formatted = row["actual"], row["shown"]
    return (
        str(CellKey(row["indicator"], row.get("part", ""))),
        row["judged_period"],
        row.get("province") or " ".join(row["sites"]),
        formatted["actual"],
        formatted["target"],
        formatted["headline"],
        formatted["rating"],
        f"{actual['reported']}/{actual['expected']}",
    )
