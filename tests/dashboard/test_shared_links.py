"""A link that is copied after any clicks shows another signed-in person the same screen.

The clicks are random: marks of charts, links, tabs, controls of the filter bar and the drawer.
`tests/browser/test_shared_link_on_screen.py` does the same once with real clicks.
"""

from collections.abc import Iterator
from functools import cached_property
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard.component_ids import DRAWER_BODY, DRAWER_TITLE, FILTER_BAR, FILTER_TYPE
from dashboard.components.filter_bar import NO_CHOICE
from dashboard.selection import split_language
from etl.indicators.periods import PlanToDate, make_period_key
from tests.dashboard.populated_app import PopulatedApp
from tests.support.page_content import parse_content
from tests.support.rendered_pages import fetch_children, find_elements, join_texts, list_elements

PLAN = make_period_key(PlanToDate())
CLICKS = 10
OTHER_PEOPLE = ("spare", "administrator", "one")
"""Another manager, an administrator and an officer of a site."""
KINDS = ("mark", "control", "link")
WALKS, SOAK_WALKS = 1, 300
DRAWER_CALLBACK = f"..{DRAWER_TITLE}.children...{DRAWER_BODY}.children.."


class Screen:
    """What a person sees at an address: the page, the filter bar and the drawer."""

    def __init__(self, app: PopulatedApp, client: FlaskClient, address: str) -> None:
        self.app, self.client, self.address = app.staffed_app, client, address
        parts = urlsplit(address)
        self.path, self.query, self.fragment = parts.path, parts.query, parts.fragment

    @cached_property
    def page(self) -> Any:
        return fetch_children(self.client, self.address.partition("#")[0])

    @cached_property
    def bar(self) -> Any:
        search = f"?{self.query}" if self.query else ""
        return self._call(f"{FILTER_BAR}.children", self.path, search)[FILTER_BAR]["children"]

    @cached_property
    def drawer(self) -> Any:
        """The name and the content of the open drawer; None while it is closed."""
        return self._call(DRAWER_CALLBACK, self.address) if self.fragment else None

    def _call(self, key: str, *values: str) -> Any:
        answer = self.app.call_callback(self.client, key, *values)
        assert answer.status_code == 200, self.address
        return answer.json["response"]

    def list_controls(self) -> list[dict[str, Any]]:
        """Return the controls of the filter bar."""
        controls = [element["props"] for element in list_elements(self.bar)]
        return [props for props in controls if (props.get("id") or {}) and _get_type(props) == FILTER_TYPE]

    def list_figures(self) -> Any:
        """Return what is the same for people with different rights: figures, the drawer's text and the filter bar."""
        content = parse_content(self.page)
        rows = {name: [[cell.words for cell in row] for row in table] for name, table in content.tables.items()}
        texts = {name: join_texts(part["children"]) for name, part in (self.drawer or {}).items()}
        return content.heading, rows, content.charts, content.facts, texts, self.bar

    def list_addresses(self, kind: str) -> list[str]:
        """Return where the clicks of a kind lead, without documents that are no page of the app."""
        relative = {"mark": self._iterate_marks, "control": self._iterate_choices, "link": self._iterate_links}[kind]()
        addresses = (urljoin(self.address, address) if address != "#" else self.address for address in relative)
        return sorted({address for address in addresses if address != self.address})

    def _iterate_marks(self) -> Iterator[str]:
        for chart in find_elements(self.page, "Graph"):
            for trace in chart["props"]["figure"]["data"]:
                yield from (entry[1] for entry in trace.get("customdata") or () if isinstance(entry, list) and entry[1])

    def _iterate_links(self) -> Iterator[str]:
        for part in (self.page, self.drawer or {}):
            nodes = part if isinstance(part, list) else [value["children"] for value in part.values()]
            yield from (element["props"].get("href") or "" for element in find_elements(nodes, "Link"))
        yield from ["?"] if self.query else []

    def _iterate_choices(self) -> Iterator[str]:
        """Yield the address after each choice in the filter bar, as `filters.js` writes it."""
        for props in self.list_controls():
            name = props["id"]["name"]
            if isinstance(props.get("value"), list):
                values = props["value"]
                for option in props["options"]:
                    code = option["value"]
                    others = [value for value in values if value != code]
                    yield self._write(name, others if code in values else [*values, code])
            elif isinstance(props.get("value"), bool):
                yield self._write(name, [] if not props["value"] else ["no"])
            else:
                for option in props["options"]:
                    code = option["value"]
                    yield self._write(name, [] if code in (NO_CHOICE, PLAN) else [code])

    def _write(self, name: str, values: list[str]) -> str:
        parameter = "period" if name == "period-more" else name
        query = {key: old for key, old in parse_qs(self.query).items() if key not in (parameter, "page")}
        return f"{self.path}?{urlencode({**query, parameter: values}, doseq=True)}"


def _get_type(props: dict[str, Any]) -> str:
    return props["id"].get("type", "") if isinstance(props["id"], dict) else ""


@pytest.fixture(scope="module")
def clients(shared_populated_app: PopulatedApp) -> dict[str, FlaskClient]:
    return {name: shared_populated_app.make_client(name) for name in ("manager", *OTHER_PEOPLE)}


def is_page(app: PopulatedApp, address: str) -> bool:
    parts = urlsplit(address)
    match = None if parts.netloc else app.staffed_app.registry.find_page(split_language(parts.path)[1])
    return match is not None and match[0].permission == "staff"


def walk(app: PopulatedApp, client: FlaskClient, start: str, random: Random) -> Screen:
    """Click at random from an address and return the last screen."""
    screen, clicks = Screen(app, client, start), 0
    while clicks < CLICKS:
        addresses = [address for address in screen.list_addresses(random.choice(KINDS)) if is_page(app, address)]
        if addresses:
            screen, clicks = Screen(app, client, random.choice(addresses)), clicks + 1
    return screen


def find_wrong_controls(screen: Screen) -> list[str]:
    """Return the controls of the filter bar that show something else than the address selects."""
    selected = parse_qs(screen.query)
    wrong = []
    for props in screen.list_controls():
        name, value = props["id"]["name"], props["value"]
        values = selected.get(name, [])
        if isinstance(value, list):
            is_right = sorted(value) == sorted(values)
        elif isinstance(value, bool):
            is_right = value is (values != ["no"])
        elif name == "period":
            is_right = value in (next(iter(values), PLAN), None)
        else:
            is_right = name not in ("programme", "compare") or value == next(iter(values), NO_CHOICE)
        wrong += [] if is_right else [f"{name}: {value}"]
    return wrong


def test_a_link_copied_after_any_ten_clicks_shows_the_same_screen(
    shared_populated_app: PopulatedApp, clients: dict[str, FlaskClient], is_soak: bool
) -> None:
    for seed in range(SOAK_WALKS if is_soak else WALKS):
        start = "/km/staff/overview" if seed % 2 else "/staff/overview"
        screen = walk(shared_populated_app, clients["manager"], start, Random(seed))
        place = f"walk {seed}: {screen.address}"
        colleague, *others = (Screen(shared_populated_app, clients[name], screen.address) for name in OTHER_PEOPLE)
        assert (colleague.page, colleague.bar, colleague.drawer) == (screen.page, screen.bar, screen.drawer), place
        for other in others:
            assert other.list_figures() == screen.list_figures(), place
        assert not find_wrong_controls(screen), place
