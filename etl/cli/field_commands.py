"""`pull`: read field data from KoboToolbox or ODK Central into drafts."""

from argparse import Namespace
from pathlib import Path

from etl.cli.output import EXIT_OK, print_error, print_line
from etl.cli.parsers import Commands, Context
from etl.use_cases.returns.pull_field_data import Usage, count_usages, pull_field_data


def add_commands(commands: Commands) -> None:
    pull = commands.add_parser("pull", help="read field data from KoboToolbox or ODK Central into drafts")
    pull.add_argument("source", metavar="SOURCE", help="the name of a file in data/sources")
    pull.add_argument("--as", dest="actor", required=True, metavar="USER", help="a manager or an administrator")
    pull.add_argument("--output", type=Path, metavar="FOLDER", help="write submissions.csv and numbers.csv there")
    pull.set_defaults(run=run_pull)


def run_pull(arguments: Namespace, context: Context) -> int:
    settings = context.settings
    result = pull_field_data(context.source, settings, arguments.source, actor=arguments.actor, now=settings.now())
    print_line(
        f"{len(result.submissions)} submissions: {result.new_count} new, {result.changed_count} changed, "
        f"{result.deleted_count} deleted. {result.draft_count} drafts filled."
    )
    for usage, count in sorted(count_usages(result.submissions).items()):
        if usage is not Usage.COUNTED:
            print_error(f"not counted, {usage}: {count}")
    for number in result.numbers:
        if number.filling not in ("filled", "unchanged"):
            print_error(f"{number.site} {number.quarter} {number.key}: counted {number.counted}; {number.filling}")
    if arguments.output is not None:
        arguments.output.mkdir(parents=True, exist_ok=True)
        (arguments.output / "submissions.csv").write_text(result.render_submissions(), encoding="utf-8")
        (arguments.output / "numbers.csv").write_text(result.render_numbers(), encoding="utf-8")
    return EXIT_OK
