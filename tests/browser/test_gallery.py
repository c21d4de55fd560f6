"""Layout checks and pictures of every page, for several plans, widths and languages.

`make gallery` visits all pages and saves the pictures; `make test` visits a random sample with a fixed seed.
"""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from dashboard.access.registry import registry
from dashboard.app import import_modules
from etl.database.connection import open_engine
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.browser.chromium import BrowserVisitor, create_session, open_visitor
from tests.browser.gallery_checks import RECORD_LAYOUT_SHIFTS, find_page_faults
from tests.browser.gallery_scenarios import make_empty_database, make_first_quarter_sample, make_plan_with_returns
from tests.browser.served_app import ServeApp, ServedApp
from tests.support.command_line import CLOCK
from tests.support.manager_account import PASSWORD
from tests.support.scenario_plans import extend_to_forty_sites, make_plan_of_every_kind

pytestmark = pytest.mark.browser

IS_FULL_GALLERY = "GALLERY" in os.environ
SAMPLE_SIZE = 14
"""The number of pages of the sample that are visited; of each other scenario, a third of it."""
WIDTHS = (360, 768, 1440)
NARROW_AND_WIDE = (360, 1440)
PREFIXES = {"en": "", "km": "/km"}
ADMINISTRATOR = "administrator of tests"
NO_PAGES = re.compile(
    r"/(csv|file|annotated|evidence|files)\b|\.(xlsx|csv|zip|json|xml|png|svg)\b|^/(health|ready|metrics)$"
)
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"
"""After two frames, the browser has laid out the page and reported its layout shifts."""
SCENARIOS = {
    "one-quarter": (make_first_quarter_sample, lambda plan: plan, "2022-05-20T09:00:00+07:00"),
    "forty-sites": (make_plan_with_returns, extend_to_forty_sites, CLOCK),
    "each-kind": (make_plan_with_returns, lambda plan: make_plan_of_every_kind(), CLOCK),
    "empty": (make_empty_database, lambda plan: plan, CLOCK),
}


@dataclass(frozen=True)
class Screenshot:
    """A picture of a page."""

    path: str
    width: int
    language: str

    @property
    def address(self) -> str:
        return PREFIXES[self.language] + self.path

    def file(self, scenario: str) -> str:
        name = re.sub(r"[^A-Za-z0-9]+", "-", self.path).strip("-") or "front"
        return f"{scenario}-{name}-{self.language}-{self.width}.png"


_HEADING = "document.querySelector('main h1')"
_TICKS = "document.querySelectorAll('#chart-years .xtick text')"
PAGE_DEFECTS = {
    f"() => {{ {_HEADING}.style.width = '500px'; }}": "px wide",
    f"() => {{ {_HEADING}.style.cssText = 'width: 90px; overflow: hidden; white-space: nowrap'; }}": "cut off",
    f"() => {_TICKS}.forEach(element => element.setAttribute('transform', 'translate(90,0)'))": "lies over",
    f"() => {{ {_HEADING}.style.marginTop = '600px'; }}": "jumps",
    "() => console.error('a fault of the test')": "console",
}


def every_address(plan: Plan) -> list[str]:
    """Return the addresses of all registered pages and GET routes, with codes of the plan."""
    import_modules()
    templates = [page.rule for page in registry.pages]
    templates += [route.rule for route in registry.routes if "GET" in route.methods and not NO_PAGES.search(route.rule)]
    return list(dict.fromkeys(address for template in templates for address in addresses_of(template, plan)))


def addresses_of(template: str, plan: Plan) -> list[str]:
    """Return the template with existing codes; a number is that of the first return, job or account."""
    if "<" not in template:
        return [template]
    kind = template.split("/<")[0].rpartition("/")[2]
    sorts = {
        (
            indicator.is_ratio,
            indicator.over_time,
            indicator.target_basis,
            indicator.direction,
            indicator.source,
        ): indicator.code
        for indicator in plan.indicators
    }
    with_parts = [indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code)]
    codes = {
        "objective": [objective.code for objective in plan.objectives[-1:]],
        "objectives": [objective.code for objective in plan.objectives[:1]],
        "programme": [programme.code for programme in (*plan.linked_programmes[:1], *plan.programmes[-1:])],
        "programmes": [programme.code for programme in plan.linked_programmes[:1]],
        "site": [plan.sites[0].code, plan.sites[-1].code],
        "indicator": [*sorts.values(), *with_parts[:1]],
        "indicators": with_parts[:1],
        "number": [indicator.code for indicator in plan.indicators[:1]],
        "why": [indicator.code for indicator in plan.indicators[:1]],
        "help": ["send-a-return"],
    }.get(kind, ["1"])
    return [re.sub(r"<[^>]+>", code, template.replace("<period>", "plan")) for code in codes]


def choose(shots: list[Screenshot], many: int) -> list[Screenshot]:
    return shots if IS_FULL_GALLERY else Random(20_261_123).sample(shots, min(many, len(shots)))


def take(site: ServedApp, scenario: str, shots: list[Screenshot], pictures: Path) -> list[str]:
    """Visit each page as an administrator and return the problems."""
    problems: list[str] = []
    with ExitStack() as windows:
        by_width: dict[int, BrowserVisitor] = {}
        for shot in shots:
            if shot.width not in by_width:
                window = open_visitor(site.browser, site.origin, width=shot.width, height=900, session=site.session)
                by_width[shot.width] = windows.enter_context(window)
                by_width[shot.width].page.add_init_script(f"({RECORD_LAYOUT_SHIFTS})()")
            problems += look(by_width[shot.width], shot, pictures / shot.file(scenario))
    if IS_FULL_GALLERY:
        (pictures / f"{scenario}.txt").write_text("\n".join(problems))
    return problems


def look(visitor: BrowserVisitor, shot: Screenshot, file: Path) -> list[str]:
    page = visitor.page
    answer = page.context.request.head(visitor.origin + shot.address)
    if "text/html" not in answer.headers.get("content-type", ""):
        return []
    visitor.open(shot.address)
    problems = find_page_faults(visitor, shot.address, shot.width)
    if IS_FULL_GALLERY:
        page.screenshot(path=file, full_page=True, animations="disabled")
    return problems


@pytest.fixture(scope="module")
def sample_as_administrator(
    serve: ServeApp, sample_database: Path, shipped_plan: Plan, tmp_path_factory
) -> Iterator[ServedApp]:
    path = tmp_path_factory.mktemp("gallery") / "sample.db"
    path.write_bytes(sample_database.read_bytes())
    with serve(path, shipped_plan) as site:
        yield as_administrator(site, path)


def as_administrator(site: ServedApp, path: Path) -> ServedApp:
    """Return the site with an administrator's session."""
    engine = open_engine(f"sqlite:///{path}")
    now = datetime.fromisoformat(CLOCK)
    add_user(engine, ADMINISTRATOR, Role.ADMINISTRATOR, PASSWORD, now=now, actor="test")
    engine.dispose()
    return replace(site, session=create_session(site.browser, site.origin, ADMINISTRATOR, PASSWORD))


def test_pages_of_the_sample_have_no_layout_problems(sample_as_administrator: ServedApp, pictures: Path) -> None:
    site = sample_as_administrator
    shots = [
        Screenshot(path, width, language)
        for path in every_address(site.plan)
        for width in WIDTHS
        for language in PREFIXES
    ]
    assert len({shot.path for shot in shots}) > 15
    assert take(site, "sample", choose(shots, SAMPLE_SIZE), pictures) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_khmer_pages_of_other_scenarios_have_no_layout_problems(
    scenario: str, serve: ServeApp, shipped_plan: Plan, pictures: Path, tmp_path: Path
) -> None:
    make, plan_of, clock = SCENARIOS[scenario]
    plan = plan_of(shipped_plan)
    path = tmp_path / "sample.db"
    make(path, plan)
    shots = [Screenshot(address, width, "km") for address in every_address(plan) for width in NARROW_AND_WIDE]
    with serve(path, plan, clock=clock) as site:
        assert take(as_administrator(site, path), scenario, choose(shots, SAMPLE_SIZE // 3), pictures) == []


def test_the_layout_checks_detect_every_kind_of_problem(sample_site: ServedApp) -> None:
    code = sample_site.plan.indicators[0].code
    with sample_site.visit(width=360) as visitor:
        page = visitor.page
        page.add_init_script(f"({RECORD_LAYOUT_SHIFTS})()")
        visitor.open(f"/staff/indicator/{code}")
        assert find_page_faults(visitor, "as it is", 360) == []
        for script, expected in PAGE_DEFECTS.items():
            visitor.open(f"/staff/indicator/{code}")
            page.evaluate(script)
            page.evaluate(TWO_FRAMES)
            assert any(expected in problem for problem in find_page_faults(visitor, "defective", 360)), expected
