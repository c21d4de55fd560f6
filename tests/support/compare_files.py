"""Compare the numbers of downloads, of the command line and of explanations with the reference implementation."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import lxml.html
from flask.testing import FlaskClient
from openpyxl import load_workbook

from dashboard.selection import Selection, make_address
from etl.indicators.periods import Period, PlanToDate, Quarter, Years, make_period_key
from etl.indicators.plans import Plan
from etl.indicators.results import NoValue, Rating
from etl.indicators.site_groups import SiteGroup
from etl.indicators.vocabulary import PARTICIPATIONS, AcrossSites, Indicator
from etl.wording import describe_amount, describe_rating, describe_share
from tests.support.command_line import CommandLine
from tests.support.compare_rendered import is_number
from tests.support.reference_arithmetic import ReferenceFigure
from tests.support.rendered_pages import fetch_page
from tests.support.workbook_numbers import SHARE_DECIMALS, is_stored_number

FindReference = Callable[..., ReferenceFigure]
"""Find the oracle's figure of a code and, where they are given, of another period, of other sites and of a part."""

KINDS = ("ratio", "mean", "stage", "total", "new people", "rated part", "province", "baseline")


def list_kinds(selection: Selection, plan: Plan) -> Iterator[str]:
    """Yield the kinds of figures that the selection has."""
    if isinstance(selection.sites, SiteGroup):
        yield "province"
    rated = {target.indicator for target in plan.targets if target.part}
    for indicator in plan.list_indicators(selection.objective):
        kinds = (
            indicator.is_ratio,
            indicator.across_sites is AcrossSites.MEAN,
            indicator.is_stage,
            indicator.is_total,
            indicator.counts_new_people,
            indicator.code in rated,
            False,
            indicator.baseline_value is not None,
        )
        yield from (name for name, is_kind in zip(KINDS, kinds, strict=True) if is_kind)


def check_printed_figures(run: CommandLine, selection: Selection, plan: Plan, find: FindReference) -> None:
    """Check the JSON and the CSV of the command line, parts and participations too."""
    arguments = list_arguments(selection)
    rows = {row["indicator"]: row for row in run.figures(*arguments)}
    assert list(rows) == [indicator.code for indicator in plan.list_indicators(selection.objective)]
    for code, row in rows.items():
        amounts = {**row, "actual": row["actual"]["amount"]}
        check_amounts(amounts, find(code), code)
        for part, printed in row["parts"].items():
            check_amounts({**printed, "actual": printed["amount"], "expected": None}, find(code, part=part), part)
        if plan.indicator_by_code[code].counts_new_people:
            printed = row["participations"]["amount"]
            assert is_number(printed, find(code, part=PARTICIPATIONS).actual.amount), code
    text = run.succeed("figures", "--format", "csv", *arguments).out
    lines = list(csv.DictReader(io.StringIO(text)))
    assert {line["indicator"] for line in lines} == set(rows)
    for line in lines:
        check_amounts(line, find(line["indicator"], part=line["part"]), line["indicator"])


def list_arguments(selection: Selection) -> list[str]:
    """Return the arguments of the command line for a selection."""
    period = selection.period
    arguments = ["--objective", selection.objective]
    if isinstance(period, Years):
        arguments += ["--year", f"{period.first}-{period.last}"]
    elif isinstance(period, Quarter):
        arguments += ["--quarter", str(period)]
    if isinstance(selection.sites, SiteGroup):
        arguments += ["--province", selection.sites.code]
    else:
        arguments += [word for code in selection.sites for word in ("--site", code)]
    arguments += [] if selection.include_unapproved else ["--approved"]
    return arguments + ([] if selection.plan_version is None else ["--plan", str(selection.plan_version)])


def check_amounts(printed: Mapping[str, Any], reference: ReferenceFigure, name: str) -> None:
    """Check the exact amounts of a figure, of a part without targets only its actual."""
    assert is_number(printed["actual"], reference.actual.amount), (name, "actual")
    if "target" not in printed:
        return
    for field in ("target", "baseline", "expected", "headline", "rating"):
        amount = getattr(reference, field)
        text = printed[field]
        if field == "rating":
            assert text == str(amount), (name, field)
        elif text is not None:
            assert is_number(text, amount), (name, field, text, amount)


def check_explanations(client: FlaskClient, selection: Selection, plan: Plan, find: FindReference, code: str) -> None:
    """Check what the drawer shows: how the percentage is calculated, and where the number comes from."""
    indicator, reference, locale = plan.indicator_by_code[code], find(code), selection.locale
    key = make_period_key(selection.period)
    path, _, query = make_address(selection, f"/staff/why/{code}/{key}").partition("?")
    document = lxml.html.fromstring(client.get(f"{path}?{query}").data)
    text = " ".join(document.find(".//main").text_content().split())
    if not indicator.is_stage and not isinstance(reference.headline, NoValue):
        assert describe_share(to_decimal(reference.headline), locale) in text, text
    number_page = fetch_page(client, make_address(selection, f"/staff/number/{code}/{key}"))
    if not isinstance(reference.actual.amount, NoValue):
        assert describe_amount(to_decimal(reference.actual.amount), indicator, locale) in number_page.text, code


def to_decimal(amount: Fraction | NoValue) -> Decimal:
    """Return the number with more digits than any page shows."""
    assert not isinstance(amount, NoValue)
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal(1).scaleb(-15))


def check_tracking_files(client: FlaskClient, selection: Selection, plan: Plan, find: FindReference) -> None:
    """Check every number of CSV and workbook: baselines, and the columns of years and of the plan to date."""
    path, _, query = make_address(selection, "/staff/tracking-table").partition("?")
    text = client.get(f"{path}.csv?{query}").text.removeprefix("\ufeff")
    lines = [line for line in csv.reader(io.StringIO(text)) if not line[0].startswith("#")]
    sheet = load_workbook(io.BytesIO(client.get(f"{path}.xlsx?{query}").data)).active
    assert sheet is not None
    live = {row[0].value: row for row in sheet.iter_rows()}
    codes = {line[0] for line in lines[1:]}
    # Parts with targets and participations have rows of their own.
    assert {code for code in codes if "/" not in code} == {
        indicator.code for indicator in plan.list_indicators(selection.objective)
    }
    columns = list(_list_tracking_columns(lines[0], selection))
    for line in lines[1:]:
        code, _, part = line[0].partition("/")
        for place, field, period in columns:
            if part == PARTICIPATIONS and field != "actual":
                continue
            reference = find(code, period, part=part)
            amount = reference.actual.amount if field == "actual" else getattr(reference, field)
            cell, stored = line[place], live[line[0]][place].value
            _check_file_cell(cell, stored, amount, plan.indicator_by_code[code], selection, field)


def _list_tracking_columns(header: list[str], selection: Selection) -> Iterator[tuple[int, str, Period | None]]:
    """Yield place, field and period of each column with amounts."""
    _ = selection.locale.gettext
    yield header.index(_("Baseline")), "baseline", PlanToDate()
    groups: dict[str, Period] = {_("Plan to date"): PlanToDate()}
    settings_years = {name.split()[0] for name in header if name.split()[0].isdecimal() and len(name.split()[0]) == 4}
    groups.update({year: Years(int(year), int(year)) for year in settings_years})
    for group, period in groups.items():
        for name, field in (("Target", "target"), ("Actual", "actual"), ("%", "headline")):
            yield header.index(f"{group} {_(name)}"), field, period


def _check_file_cell(
    text: str, stored: object, amount: Fraction | NoValue, indicator: Indicator, selection: Selection, field: str
) -> None:
    if isinstance(amount, NoValue):
        assert stored == text, (indicator.code, field)
    elif indicator.is_stage:
        words = describe_amount(Decimal(int(amount)), indicator, selection.locale)
        assert text == f"{int(amount)} ({words})" and stored in (words, text), (indicator.code, field)
    else:
        assert is_number(text, amount), (indicator.code, field, text, amount)
        decimals = SHARE_DECIMALS if field == "headline" else indicator.decimals
        assert is_stored_number(stored, amount, decimals), (indicator.code, field)


def check_pack_workbook(client: FlaskClient, selection: Selection, plan: Plan, find: FindReference) -> None:
    """Check the figures of the meeting pack's workbook, with parts, participations and baselines."""
    data = client.get(make_address(selection, "/staff/meeting-pack.xlsx")).data
    sheet = load_workbook(io.BytesIO(data))[selection.locale.gettext("Indicators")]
    rows = {str(row[0].value): row for row in sheet.iter_rows() if row[0].value}
    expected = {indicator.code: indicator for indicator in plan.list_indicators(selection.objective)}
    listed = [name for name in rows if name.partition("/")[0] in expected]
    assert set(expected) <= set(listed)
    for name in listed:
        code, _, part = name.partition("/")
        reference, row, indicator = find(code, part=part), rows[name], expected[code]
        assert row[3].value == describe_rating(Rating(reference.rating), selection.locale)
        amounts = [
            (4, reference.actual.amount, indicator.decimals),
            (6, reference.target, indicator.decimals),
            (7, reference.headline, SHARE_DECIMALS),
            (9, reference.expected, indicator.decimals),
            (10, reference.baseline, indicator.decimals),
        ]
        if indicator.counts_new_people and not part:
            amounts.append((5, find(code, part=PARTICIPATIONS).actual.amount, indicator.decimals))
        for place, amount, decimals in amounts:
            stored = row[place].value
            if isinstance(amount, NoValue):
                assert isinstance(stored, str), (name, place)
            elif indicator.is_stage:
                assert stored == describe_amount(Decimal(int(amount)), indicator, selection.locale), (name, place)
            else:
                assert is_stored_number(stored, amount, decimals), (name, place)
