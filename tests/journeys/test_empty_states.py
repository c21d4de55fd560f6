"""Pages without a plan, and with a plan but without returns, say what to do next."""

from collections.abc import Iterator
from pathlib import Path

import lxml.html

from dashboard.selection import split_language
from etl.indicators.plans import Plan
from etl.locale import get_locale
from tests.support.manager_account import prepare_database
from tests.support.plan_edits import SHIPPED_PLAN
from tests.support.staff_pages import StaffPages, open_staff_pages, read_text


def list_every_page(plan: Plan) -> list[str]:
    return [
        "/staff/overview",
        *(f"/staff/objective/{objective.code}" for objective in plan.objectives),
        *(f"/staff/indicator/{indicator.code}" for indicator in plan.indicators[::6]),
        *(f"/staff/site/{site.code}" for site in plan.sites[::2]),
        f"/staff/number/{plan.indicators[0].code}/plan",
        f"/staff/number/{plan.indicators[0].code}/{plan.settings.first_year}",
    ]


def test_every_page_says_what_to_do_next_without_plan_or_returns(shipped_plan: Plan, tmp_path: Path) -> None:
    prepare_database(tmp_path / "cardec.db")
    with open_staff_pages(tmp_path / "cardec.db", shipped_plan) as pages:
        faults = list(find_faults_without_plan(pages))
        pages.run.succeed("plan", "load", SHIPPED_PLAN)
        faults += find_faults_without_returns(pages)
    assert faults == []


def find_faults_without_plan(pages: StaffPages) -> Iterator[str]:
    for path in (*list_every_page(pages.plan), "/km/staff/overview"):
        _ = get_locale(split_language(path)[0]).gettext
        if _("An administrator loads it under “{label}”.", label=_("Plan")) not in read_text(
            pages.fetch_document(path)
        ):
            yield f"no plan, {path}: does not say who loads one"
    yield from find_faults_of_front_pages(pages)


def find_faults_without_returns(pages: StaffPages) -> Iterator[str]:
    for path in list_every_page(pages.plan):
        text = read_text(pages.fetch_document(path))
        if "Download the form of a site" not in text or "Upload a return" not in text:
            yield f"no return, {path}: does not say how one comes in"
        if "Something went wrong" in text:
            yield f"no return, {path}: {text[:80]}"
    yield from find_faults_of_front_pages(pages)


def find_faults_of_front_pages(pages: StaffPages) -> Iterator[str]:
    for path in ("/", "/km/"):
        main = lxml.html.fromstring(pages.client.get(path).data).find(".//main")
        if len(read_text(main)) < 40:
            yield f"{path} says nothing"
