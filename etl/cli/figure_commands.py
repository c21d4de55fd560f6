"""`figures`: any figure by objective, indicator, year, quarter and site, as a table, JSON or CSV."""

from argparse import Namespace

from etl.cli.output import EXIT_OK, EXIT_USAGE, print_error, print_line, print_table
from etl.cli.parsers import Commands, Context, parse_quarter_argument
from etl.exports.figure_rows import FigureDict, render_figures_csv, render_figures_json, serialize_figure
from etl.indicators.figures import compute_part_value
from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator
from etl.queries.plan_version_snapshot import find_plan_version_snapshot
from etl.queries.scope import QueryScope


def add_commands(commands: Commands) -> None:
    figures = commands.add_parser("figures", help="any figure as a table, JSON or CSV")
    figures.add_argument("--objective", action="append", default=[], metavar="CODE")
    figures.add_argument("--indicator", action="append", default=[], metavar="CODE")
    figures.add_argument("--year", action="append", default=[], metavar="2025|2023-2025", help="without: plan to date")
    figures.add_argument("--quarter", action="append", default=[], metavar="2025Q3", type=parse_quarter_argument)
    figures.add_argument("--site", action="append", default=[], metavar="CODE", help="several: their figures together")
    figures.add_argument("--programme", default="", metavar="CODE")
    figures.add_argument("--each-site", action="store_true", help="a figure for each of the sites by itself")
    figures.add_argument("--approved", action="store_true", help="leave out what waits for approval")
    figures.add_argument("--plan", type=int, metavar="NUMBER", help="judge everything by this version of the plan")
    figures.add_argument("--format", choices=("table", "json", "csv"), default="table")
    figures.set_defaults(run=run_figures)


def run_figures(arguments: Namespace, context: Context) -> int:
    snapshot = context.source.get_snapshot()
    if arguments.plan is not None:
        judged = find_plan_version_snapshot(context.source, arguments.plan)
        if judged is None:
            print_error(f"The plan has no version {arguments.plan}.")
            return EXIT_USAGE
        snapshot = judged
    asking = QueryScope(
        snapshot,
        context.settings.today(),
        programme=arguments.programme,
        include_unapproved=not arguments.approved,
    )
    unknown = _unknown(arguments, asking.plan)
    periods = _periods(arguments)
    if periods is None:
        print_error("A year is written 2025 or 2023-2025.")
        return EXIT_USAGE
    unknown += [str(period) for period in periods if not _is_in_plan(period, asking.plan)]
    if unknown:
        print_error(f"Not in the plan: {', '.join(unknown)}.")
        return EXIT_USAGE
    rows = [
        _plain(asking, indicator, period, sites)
        for period in periods
        for indicator in _indicators(arguments, asking)
        for sites in _choices(arguments, asking.plan)
    ]
    _show(rows, arguments.format)
    return EXIT_OK


def _unknown(arguments: Namespace, plan: Plan) -> list[str]:
    programmes = {one.code for one in plan.programmes}
    return [
        *(code for code in arguments.objective if code not in plan.objective_by_code),
        *(code for code in arguments.indicator if code not in plan.indicator_by_code),
        *(code for code in arguments.site if code not in plan.site_by_code),
        *(code for code in [arguments.programme] if code and code not in programmes),
    ]


def _periods(arguments: Namespace) -> list[Period] | None:
    """The periods that are asked for; None where a year can't be read, or the last comes before the first."""
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


def _indicators(arguments: Namespace, asking: QueryScope) -> list[Indicator]:
    chosen = asking.list_indicators()
    if arguments.objective:
        chosen = tuple(one for one in chosen if one.objective in arguments.objective)
    if arguments.indicator:
        chosen = tuple(one for one in chosen if one.code in arguments.indicator)
    return list(chosen)


def _choices(arguments: Namespace, plan: Plan) -> list[tuple[str, ...] | None]:
    if arguments.each_site:
        return [(code,) for code in arguments.site or plan.site_by_code]
    return [tuple(arguments.site) or None]


def _plain(asking: QueryScope, indicator: Indicator, period: Period, sites: tuple[str, ...] | None) -> FigureDict:
    figure = asking.get_figure(indicator.code, period=period, sites=sites)
    parts = [
        (
            part,
            compute_part_value(
                asking.snapshot.plans,
                asking.record,
                indicator=indicator.code,
                part=part.key,
                sites=sites,
                period=period,
                today=asking.today,
            ),
        )
        for part in asking.plan.parts_of(indicator.code)
    ]
    return serialize_figure(figure, indicator, parts)


def _show(rows: list[FigureDict], kind: str) -> None:
    if kind == "json":
        print_line(render_figures_json(rows))
    elif kind == "csv":
        print(render_figures_csv(rows), end="")
    else:
        header = ("indicator", "period", "sites", "actual", "target", "headline", "rating", "in")
        print_table(header, [_line(row) for row in rows])


def _line(row: FigureDict) -> tuple[str, ...]:
    actual, shown = row["actual"], row["shown"]
    return (
        row["indicator"],
        row["judged_period"],
        " ".join(row["sites"]),
        shown["actual"],
        shown["target"],
        shown["headline"],
        shown["rating"],
        f"{actual['reported']}/{actual['expected']}",
    )
