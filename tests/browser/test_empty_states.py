"""Pages without a plan, and with a plan but without returns, say what to do next."""

import pytest

from etl.indicators.plans import Plan
from tests.browser.chromium import BrowserVisitor
from tests.browser.served_app import ServeApp, ServedApp, prepare_database
from tests.support.plan_edits import SHIPPED_PLAN

pytestmark = pytest.mark.browser


def every_page(plan: Plan) -> list[str]:
    return [
        "/staff/overview",
        *(f"/staff/objective/{objective.code}" for objective in plan.objectives),
        *(f"/staff/indicator/{indicator.code}" for indicator in plan.indicators[::6]),
        *(f"/staff/site/{site.code}" for site in plan.sites[::2]),
        f"/staff/number/{plan.indicators[0].code}/plan",
        f"/staff/number/{plan.indicators[0].code}/{plan.settings.first_year}",
    ]


def test_every_page_says_what_to_do_next_without_plan_or_returns(
    serve: ServeApp, shipped_plan: Plan, tmp_path, is_soak: bool
) -> None:
    """Without a plan no code exists, so one page of each kind is enough; `make soak` visits all."""
    prepare_database(tmp_path / "cardec.db")
    with serve(tmp_path / "cardec.db", shipped_plan) as site, site.visit() as visitor:
        pages = every_page(site.plan)
        faults = list(faults_without_plan(visitor, pages if is_soak else first_of_each_kind(pages)))
        site.run.succeed("plan", "load", SHIPPED_PLAN)
        faults += faults_without_returns(visitor, site)
        assert faults == []
        assert (visitor.foreign_requests, visitor.console_errors) == ([], [])


def first_of_each_kind(pages: list[str]) -> list[str]:
    return list({path.split("/")[2]: path for path in reversed(pages)}.values())


def faults_without_plan(visitor: BrowserVisitor, pages: list[str]):
    for path in pages:
        visitor.open(path)
        if "python -m etl plan load" not in visitor.page.inner_text("main"):
            yield f"no plan, {path}: does not say how to load one"
    visitor.open("/km/staff/overview")
    if "python -m etl plan load" not in visitor.page.inner_text("main"):
        yield "no plan, in Khmer: does not say how to load one"
    yield from faults_of_front_pages(visitor)


def faults_without_returns(visitor: BrowserVisitor, site: ServedApp):
    for path in every_page(site.plan):
        visitor.open(path)
        main_text = visitor.page.inner_text("main")
        if "python -m etl form" not in main_text or "python -m etl load" not in main_text:
            yield f"no return, {path}: does not say how one comes in"
        if "Something went wrong" in main_text:
            yield f"no return, {path}: {main_text[:80]}"
    yield from faults_of_front_pages(visitor)


def faults_of_front_pages(visitor: BrowserVisitor):
    for path in ("/", "/km/"):
        visitor.open(path)
        if len(visitor.page.inner_text("main")) < 40:
            yield f"{path} says nothing"
