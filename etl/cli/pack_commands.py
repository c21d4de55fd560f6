"""`pack`: the meeting pack, as a report and a workbook."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from etl.cli.output import EXIT_OK, EXIT_USAGE, print_error, print_line
from etl.cli.parsers import Commands, Context
from etl.indicators.periods import PlanToDate, Quarter, find_period
from etl.indicators.plans import Plan
from etl.locale import LANGUAGES, get_locale
from etl.use_cases.reporting.meeting_pack import PackChoice, explain_printing, make_pack


def add_commands(commands: Commands) -> None:
    pack = commands.add_parser("pack", help="the meeting pack: a report to print and a workbook")
    pack.add_argument("--period", default="plan", metavar="plan|2025|2023-2025|2025Q3")
    pack.add_argument("--site", action="append", default=[], metavar="CODE")
    pack.add_argument("--programme", default="", metavar="CODE")
    pack.add_argument("--objective", default="", metavar="CODE")
    pack.add_argument("--plan", type=int, metavar="NUMBER", help="assess against this version of the plan")
    pack.add_argument("--approved", action="store_true", help="leave out returns that are not approved")
    pack.add_argument("--language", choices=LANGUAGES, default="en")
    pack.add_argument("--html", action="store_true", help="write an HTML page to print, not a PDF")
    pack.add_argument("--output", type=Path, default=Path("."), metavar="FOLDER")
    pack.set_defaults(run=run_pack)


def run_pack(arguments: Namespace, context: Context) -> int:
    plans = context.source.get_snapshot().plans
    versions = {version.number: version.plan for version in plans.versions}
    plan = versions.get(arguments.plan, plans.latest)
    unknown_codes = list(_find_unknown_codes(arguments, plan))
    unknown_codes += [f"version {arguments.plan}"] if arguments.plan not in (None, *versions) else []
    if unknown_codes:
        print_error(f"Not in the plan: {', '.join(unknown_codes)}.")
        return EXIT_USAGE
    choice = PackChoice(
        period=find_period(arguments.period) or PlanToDate(),
        sites=tuple(site.code for site in plan.sites if site.code in arguments.site),
        programme=arguments.programme,
        objectives=(arguments.objective,) if arguments.objective else (),
        include_unapproved=not arguments.approved,
        plan_version=arguments.plan,
        language=arguments.language,
    )
    pack = make_pack(context.source, choice, today=context.settings.today(), chromium="" if arguments.html else None)
    arguments.output.mkdir(parents=True, exist_ok=True)
    for file in pack.files:
        (arguments.output / file.name).write_bytes(file.data)
        print_line(str(arguments.output / file.name))
    if not pack.is_pdf and not arguments.html:
        print_error(explain_printing(get_locale("en")))
    return EXIT_OK


def _find_unknown_codes(arguments: Namespace, plan: Plan) -> Iterator[str]:
    yield from (code for code in arguments.site if code not in plan.site_by_code)
    if arguments.objective and arguments.objective not in plan.objective_by_code:
        yield arguments.objective
    if arguments.programme and arguments.programme not in {programme.code for programme in plan.programmes}:
        yield arguments.programme
    period = find_period(arguments.period)
    if period is None or not _is_in_plan(period, plan):
        yield arguments.period


def _is_in_plan(period: object, plan: Plan) -> bool:
    settings = plan.settings
    if isinstance(period, Quarter):
        return settings.first_quarter <= period <= settings.last_quarter
    first, last = getattr(period, "first", settings.first_year), getattr(period, "last", settings.last_year)
    return bool(settings.first_year <= first and last <= settings.last_year)
