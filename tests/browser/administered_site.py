"""The sample with an edition, accounts, jobs and a revised plan, whose pages administrators see."""

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from etl.indicators.vocabulary import Role
from etl.jobs.queue import start_job
from etl.jobs.worker import Worker
from etl.queries.data_source import open_data_source
from etl.returns.layouts.layout import read_layout
from etl.settings import Settings
from etl.use_cases.accounts.one_time_links import make_link
from etl.use_cases.accounts.users import add_user
from etl.use_cases.plans.load_plan import load_plan
from etl.use_cases.returns.save_layouts import save_layout
from tests.browser.chromium import BrowserVisitor
from tests.browser.returns_scenario import choose_file
from tests.support.command_line import CLOCK
from tests.support.manager_account import PASSWORD, add_manager
from tests.support.plan_edits import SHIPPED_PLAN, copy_plan, read_records, write_records

ADMINISTRATOR = "administrator of tests"
RETIRED, RETIRED_SITE = "SO1-03", "BNN"
LAYOUT = "partner"
TABLE = """Site,What,When,Total,Women,Cost
RVG,Farmers trained,2026 Q1,90,40,1200
RVG,Area under CA,2026 Q1,310,-,800
BKN,Farmers trained,2026 Q1,many,12,300
"""
"""A table in an unknown layout, with a number that cannot be read and a column that nobody knows."""
ADMINISTERED_PAGES = (
    "/staff/layouts",
    f"/staff/layouts/{LAYOUT}",
    f"/staff/site/{RETIRED_SITE}",
    "/staff/jobs/1",
    "/admin/users/sok",
    # A replacement, which asks for a reason.
    "/admin/editions?quarter=2026Q2",
)
MORE_ADMINISTERED_PAGES = (
    f"/staff/indicator/{RETIRED}",
    f"/staff/number/{RETIRED}/2025",
    # The next edition.
    "/admin/editions?quarter=2026Q3",
    "/staff/returns",
    "/staff/remarks/SO2-05/2026Q3",
    "/staff/number/SO2-05/2025",
    "/staff/number/SO4-06/2026",
    "/staff/account",
    "/staff/jobs/2",
    "/admin/audit?who=nobody",
    # An edition that is not possible yet.
    "/admin/editions?quarter=2026Q4",
)
"""Pages like others that `make test` visits."""


def prepare_administered_database(published: Path, path: Path) -> str:
    """Copy a published sample to a path, add accounts, jobs and a revised plan, and return an open one-time link."""
    shutil.copyfile(published, path)
    add_manager(path)
    now = datetime.fromisoformat(CLOCK)
    source = open_data_source(f"sqlite:///{path}")
    engine = source.engine
    add_user(engine, ADMINISTRATOR, Role.ADMINISTRATOR, PASSWORD, now=now, actor="test", display_name="Chan Bopha")
    add_user(engine, "sok", Role.OFFICER, PASSWORD, ["RVG", "BKN"], now=now, actor="test", display_name="Sok សុខ")
    add_user(engine, "ដារ៉ា", Role.MANAGER, None, now=now, actor=ADMINISTRATOR)
    save_layout(engine, replace(read_layout("long"), name=LAYOUT), actor=ADMINISTRATOR, now=now)
    plan = copy_plan_without_retired_codes(path.parent / "plan")
    loaded = load_plan(engine, plan, actor=ADMINISTRATOR, now=now, effective=now.date(), reason="review")
    assert loaded.version == 2, loaded.issues
    start_job(engine, "audit-csv", owner=ADMINISTRATOR, now=now)
    Worker(source, Settings(fixed_now=now)).run(once=True)
    start_job(engine, "audit-csv", owner=ADMINISTRATOR, now=now)
    link = make_link(engine, "sok", actor=ADMINISTRATOR, now=now)
    engine.dispose()
    return link


def show_where_numbers_go(visitor: BrowserVisitor) -> None:
    """Choose a table on the page of layouts, and show its columns and where its numbers go."""
    choose_file(visitor, TABLE.encode(), "partner.csv", "#table-file")
    for step in ("columns", "check"):
        visitor.page.click(f"main button[value={step}]")
        visitor.wait()


def copy_plan_without_retired_codes(folder: Path) -> Path:
    """Copy the shipped plan without one indicator and one site."""
    plan = copy_plan(folder, SHIPPED_PLAN)
    for file in ("indicators", "targets", "disaggregations", "indicator_programmes", "sites", "site_aliases"):
        records = [
            record
            for record in read_records(plan, file)
            if RETIRED not in (record.get("code"), record.get("indicator"))
            and RETIRED_SITE not in (record.get("code"), record.get("site"))
        ]
        for record in records:
            if file == "indicators" and record["reporting_sites"]:
                record["reporting_sites"] = ";".join(
                    code for code in record["reporting_sites"].split(";") if code != RETIRED_SITE
                )
        write_records(plan, file, records)
    return plan
