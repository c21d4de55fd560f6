"""`form SITE QUARTER`: the workbook that a site fills in."""

from argparse import Namespace
from pathlib import Path

from etl.cli.output import EXIT_OK, print_line
from etl.cli.parsers import Commands, Context, parse_quarter_argument
from etl.use_cases.returns.forms import make_form


def add_commands(commands: Commands) -> None:
    form = commands.add_parser("form", help="write the form of a site and quarter")
    form.add_argument("site", metavar="SITE")
    form.add_argument("quarter", metavar="QUARTER", type=parse_quarter_argument, help="as 2025Q3")
    form.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: SITE-QUARTER.xlsx in this folder")
    form.set_defaults(run=run_form)


def run_form(arguments: Namespace, context: Context) -> int:
    form = make_form(context.engine, site=arguments.site, quarter=arguments.quarter)
    path = arguments.output or Path(form.name)
    path.write_bytes(form.data)
    print_line(f"Wrote {path} ({form.form_id})")
    return EXIT_OK
