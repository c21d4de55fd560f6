"""`plan load | export | check`: load, export and check the strategic plan."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from etl.cli.output import EXIT_FINDINGS, EXIT_OK, EXIT_UNAVAILABLE, print_error, print_json, print_line
from etl.cli.parsers import Commands, Context, parse_day_argument
from etl.database.authorization import COMMAND_LINE
from etl.locale import get_locale
from etl.plan.compare_plans import describe_change
from etl.plan.issues import PlanIssue
from etl.plan.write_plan import write_plan_folder, write_plan_workbook
from etl.use_cases.plans.load_plan import PlanLoadResult, load_plan
from etl.use_cases.plans.read_plan_file import IssueList, read_plan_file
from etl.wording.plan_effects import count_figure_changes, describe_assessed_quarters, describe_figure_change


def add_commands(commands: Commands) -> None:
    plan = commands.add_parser("plan", help="load, export or check the strategic plan").add_subparsers(
        dest="plan_command", required=True, metavar="load|export|check"
    )
    load = plan.add_parser("load", help="load a folder of CSV files or a workbook as the next version")
    load.add_argument("path", type=Path, metavar="DIR|FILE.xlsx")
    load.add_argument("--as", dest="actor", default=COMMAND_LINE, metavar="USER", help="the administrator who loads it")
    load.add_argument(
        "--effective",
        type=parse_day_argument,
        help="day from which it is in force, as 2025-01-01; needed if the plan follows another one and has none",
    )
    load.add_argument("--reason", default="", help="why the plan changes")
    load.add_argument("--dry-run", action="store_true", help="list the changes without storing anything")
    load.add_argument("--format", choices=("text", "json"), default="text")
    load.set_defaults(run=run_load)
    export = plan.add_parser("export", help="write the newest plan as a workbook, or as a folder of CSV files")
    export.add_argument("path", type=Path, metavar="FILE.xlsx|DIR")
    export.set_defaults(run=run_export)
    check = plan.add_parser("check", help="list every error of a plan without loading it")
    check.add_argument("path", type=Path, metavar="DIR|FILE.xlsx")
    check.add_argument("--format", choices=("text", "json"), default="text")
    check.set_defaults(run=run_check)


def run_load(arguments: Namespace, context: Context) -> int:
    result = load_plan(
        context.engine,
        arguments.path,
        actor=arguments.actor,
        now=context.settings.now(),
        effective=arguments.effective,
        reason=arguments.reason,
        dry_run=arguments.dry_run,
    )
    if arguments.format == "json":
        print_json(
            {
                "version": result.version,
                "is_new": result.is_new,
                "effective": result.effective,
                "provisional": result.is_provisional,
                "faults": [_serialize_issue(issue) for issue in result.issues],
                "fault_count": result.issue_list.count,
                "needs_date": result.needs_date,
                "effects": _describe_effects(result),
                "changes": [describe_change(change, get_locale("en").gettext) for change in result.changes],
            }
        )
        return EXIT_OK if result.version or (result.is_new and arguments.dry_run) else EXIT_FINDINGS
    _print_issues(result.issue_list, print_error)
    for change in result.changes:
        print_line(describe_change(change, get_locale("en").gettext))
    for sentence in _describe_effects(result):
        print_line(sentence)
    if result.needs_date and not arguments.dry_run:
        print_error("The plan was not loaded: it does not say from when it is in force.")
        print_error(f"To load it as described above, add: --effective {result.effective}. Or choose another day.")
        return EXIT_FINDINGS
    if not result.is_new and result.version is None:
        print_error("The plan was not loaded. Fix the errors above, then load it again.")
        return EXIT_FINDINGS
    if not result.is_new:
        print_line(f"Nothing new: this is version {result.version}.")
    elif result.version is None:
        print_line(f"Dry run: it would be the next version, effective {result.effective}.")
    else:
        status = "provisional" if result.is_provisional else "official"
        print_line(f"Loaded as version {result.version} ({status}), effective {result.effective}.")
    return EXIT_OK


def _describe_effects(result: PlanLoadResult) -> list[str]:
    """Return what a plan that was not stored would change, line by line."""
    effects, english = result.effects, get_locale("en")
    if effects is None:
        return []
    return [
        describe_assessed_quarters(effects.effective, effects.quarters, effects.ended_count, english),
        count_figure_changes(effects, english),
        *(describe_figure_change(effect, effects.plan, english) for effect in effects.figures),
    ]


def run_export(arguments: Namespace, context: Context) -> int:
    snapshot = context.source.find_snapshot()
    if snapshot is None:
        print_error("No plan is loaded yet. Load one with: python -m etl plan load data/plan")
        return EXIT_UNAVAILABLE
    if arguments.path.suffix.casefold() == ".xlsx":
        arguments.path.write_bytes(write_plan_workbook(snapshot.plans.latest))
    else:
        write_plan_folder(snapshot.plans.latest, arguments.path)
    print_line(f"Wrote {arguments.path}")
    return EXIT_OK


def run_check(arguments: Namespace, context: Context) -> int:
    plan_file = read_plan_file(arguments.path)
    plan = plan_file.plan
    if arguments.format == "json":
        print_json([_serialize_issue(issue) for issue in plan_file.issues])
    else:
        _print_issues(plan_file.issue_list, print_line)
        if plan is not None:
            print_line(
                f"A plan of {len(plan.objectives)} objectives, {len(plan.indicators)} indicators, "
                f"{len(plan.sites)} sites and {len(plan.targets)} targets."
            )
    return EXIT_OK if plan is not None else EXIT_FINDINGS


def _print_issues(issue_list: IssueList, print_text: Callable[[str], None]) -> None:
    for issue in issue_list.issues:
        print_text(f"{issue.severity}: {issue}")
    if issue_list.count > len(issue_list.issues):
        print_text(f"... and {issue_list.count - len(issue_list.issues)} more")


def _serialize_issue(issue: PlanIssue) -> dict[str, str]:
    return {"severity": issue.severity, "file": issue.file, "place": issue.location, "message": issue.message}
