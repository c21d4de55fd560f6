"""Tests of the page on which a return is typed: saving, checks, conflicts, corrections and provenance."""

import re
from collections.abc import Mapping
from decimal import Decimal

import pytest

from etl.database.connection import reading
from etl.database.read.returns import find_return, read_cells, read_returns
from etl.database.read.typed_returns import find_typed_draft
from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import ReturnState
from etl.locale import get_locale
from etl.queries.scope import QueryScope
from etl.returns.form.rows import list_form_rows
from tests.dashboard.returns_app import PLAN, QUARTER, SITE, ReturnsApp
from tests.dashboard.test_return_pages import JSON
from tests.journeys.other_returns import make_entries
from tests.support.rendered_pages import fetch_children, join_texts

ADDRESS = f"/staff/returns/new/{SITE}/{QUARTER}"
KEYS = [str(row.key) for row in list_form_rows(PLAN, SITE, parse_quarter(QUARTER))]
VALUES = {key: format(value, "f") for key, value in make_entries(PLAN, SITE, parse_quarter(QUARTER)).items()}


def send(app: ReturnsApp, client, action: str = "check", *, version: int = 0, headers=None, **fields):
    """Send the page with valid values, apart from `changes` by key."""
    changes: Mapping[str, str] = fields.pop("changes", {})
    form = {
        "action": action,
        "version": str(version),
        "base": "",
        "basis": "quarter",
        "prepared_by": "Sok",
        "key": KEYS,
        "label": ["" for _ in KEYS],
        "value": [{**VALUES, **changes}[key] for key in KEYS],
        "note": ["" for _ in KEYS],
    }
    return app.post(client, fields.pop("address", ADDRESS), headers=headers, **{**form, **fields})


def make_typed_draft(app: ReturnsApp, client, **fields) -> int:
    answer = send(app, client, **fields)
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/staff/returns/(\d+)", answer.headers["Location"])[1])


def submit(app: ReturnsApp, client, number: int) -> None:
    codes = re.findall(r'name="confirmed" value="([^"]+)"', client.get(f"/staff/returns/{number}").text)
    answer = app.post(client, f"/staff/returns/{number}/submit", confirmed=codes, seen="draft")
    assert answer.headers["Location"].endswith("notice=submitted"), answer.text


def approve(app: ReturnsApp, number: int) -> None:
    manager = app.make_client("manager")
    answer = app.post(manager, f"/staff/returns/{number}/approve", seen="submitted")
    assert answer.headers["Location"].endswith("notice=approved"), answer.text


def read_values(app: ReturnsApp, number: int) -> dict[str, Decimal | None]:
    with reading(app.staffed_app.source.engine) as connection:
        return {str(cell.key): cell.value for cell in read_cells(connection, number)}


def read_draft(app: ReturnsApp):
    with reading(app.staffed_app.source.engine) as connection:
        return find_typed_draft(connection, site=SITE, quarter=parse_quarter(QUARTER))


def test_the_page_shows_every_key_with_its_target_and_blank_fields(returns_app: ReturnsApp) -> None:
    text = returns_app.make_client("one").get(ADDRESS).text
    assert re.findall(r'name="key" value="([^"]*)"', text) == KEYS
    assert "Target 2025: " in text and "Not collected" in text
    assert set(re.findall(r'name="value" id="value-\d+" value="([^"]*)"', text)) == {""}


def test_a_typed_return_is_the_same_return_as_the_uploaded_workbook(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    typed = make_typed_draft(returns_app, client)
    values = read_values(returns_app, typed)
    assert values == {key: Decimal(value) for key, value in VALUES.items()}
    text = client.get(f"/staff/returns/{typed}").text
    assert "Typed on the page" in text and 'id="effects"' in text and "Submit for approval" in text
    submit(returns_app, client, typed)
    assert returns_app.get_state(typed) is ReturnState.SUBMITTED


def test_errors_are_shown_at_their_fields_and_nothing_becomes_a_return(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    answer = send(returns_app, client, changes={"P.1/sex/women": "999", "S.1": "abc"})
    assert answer.status_code == 422
    rows = re.split(r'<div class="typed-row', answer.text)
    codes = {re.search(r'data-key="([^"]*)"', row)[1]: set(re.findall(r'data-code="([^"]+)"', row)) for row in rows[1:]}
    assert "part-over-total" in codes["P.1/sex/women"] and codes["S.1"] == {"number-unreadable"}
    assert f'href="#value-{KEYS.index("S.1")}"' in answer.text and 'value="abc"' in answer.text
    assert returns_app.count_returns() == 0
    assert 'value="abc"' in client.get(ADDRESS).text


def test_the_script_saves_blank_and_half_filled_rows(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    changes = dict.fromkeys(KEYS, "") | {"S.1": "១២"}
    answer = send(returns_app, client, "save", headers=JSON, changes=changes)
    assert answer.status_code == 200 and answer.json["version"] == 1
    assert [finding["code"] for finding in answer.json["findings"]["S.1"]] == ["number-digits"]
    draft = read_draft(returns_app)
    assert draft.author == "one" and next(row.value for row in draft.entries.rows if row.key == "S.1") == "១២"
    assert returns_app.count_returns() == 0


def test_a_second_tab_does_not_overwrite_the_first_in_silence(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    assert send(returns_app, client, "save", headers=JSON, changes={"S.1": "1"}).json["version"] == 1
    answer = send(returns_app, client, "save", headers=JSON, changes={"S.1": "2"})
    assert answer.status_code == 409 and answer.json["version"] == 1 and "one saved other entries" in answer.text
    page = send(returns_app, client, "save", changes={"S.1": "2"})
    assert page.status_code == 409 and 'id="conflict"' in page.text
    assert 'name="version" value="1"' in page.text and 'value="2"' in page.text
    assert next(row.value for row in read_draft(returns_app).entries.rows if row.key == "S.1") == "1"
    assert send(returns_app, client, "save", version=1, headers=JSON, changes={"S.1": "2"}).json["version"] == 2


def test_entries_that_are_sent_twice_are_saved_once(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    for _ in range(2):
        assert send(returns_app, client, "save", headers=JSON).json["version"] == 1


def test_discarded_entries_cannot_be_saved_by_a_page_that_still_shows_them(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    send(returns_app, client, "save")
    answer = returns_app.post(client, ADDRESS, action="discard", base="")
    assert answer.status_code == 303
    assert send(returns_app, client, "save", version=1, headers=JSON, changes={"S.1": "5"}).status_code == 409
    assert send(returns_app, client, "save", version=2, headers=JSON, changes={"S.1": "5"}).json["version"] == 3


def test_checking_changed_entries_again_supersedes_the_draft_that_was_made_before(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    first = make_typed_draft(returns_app, client)
    second = make_typed_draft(returns_app, client, version=1, changes={"S.1": "77"})
    assert second != first
    assert returns_app.get_state(first) is ReturnState.SUPERSEDED
    assert returns_app.get_state(second) is ReturnState.DRAFT


@pytest.mark.parametrize("name", ["two", None])
def test_only_people_with_access_to_the_site_type_its_return(returns_app: ReturnsApp, name: str | None) -> None:
    client = returns_app.make_client(name)
    expected = 404 if name else 302
    assert client.get(ADDRESS).status_code == expected
    assert send(returns_app, client, "save").status_code == expected
    assert read_draft(returns_app) is None


@pytest.mark.parametrize("address", ["/staff/returns/new/01/2025Q9", "/staff/returns/new/XX/2025Q3"])
def test_an_unknown_site_or_quarter_is_not_found(returns_app: ReturnsApp, address: str) -> None:
    assert returns_app.make_client("manager").get(address).status_code == 404


def test_incomplete_rows_are_refused(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    assert send(returns_app, client, "save", note=[]).status_code == 422
    assert read_draft(returns_app) is None


def test_an_overlong_entry_is_refused_and_stays_in_its_field(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    answer = send(returns_app, client, "save", changes={"S.1": "9" * 2001})
    assert answer.status_code == 422 and "S.1" in answer.text and "9" * 2001 in answer.text


def find_amounts(app: ReturnsApp) -> dict[tuple[str, str], object]:
    """Return the amount of every indicator, of all sites and of each site."""
    app.staffed_app.source.ensure_schema()
    snapshot = app.staffed_app.source.get_snapshot()
    scope = QueryScope(snapshot, app.staffed_app.settings.now().date(), include_unapproved=False)
    return {
        (indicator.code, site): scope.get_figure(indicator.code, sites=(site,) if site else None).actual.amount
        for indicator in PLAN.indicators
        for site in ("", *PLAN.site_by_code)
    }


def test_correcting_one_approved_number_changes_that_figure_and_no_other(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    approved = returns_app.create_submitted()
    approve(returns_app, approved)
    before = find_amounts(returns_app)
    page = client.get(f"/staff/returns/{approved}").text
    address = re.search(r'href="(/staff/returns/new/[^"]+)"', page)[1]
    text = client.get(address).text
    assert re.findall(r'name="value" id="value-\d+" value="([^"]*)"', text) == [VALUES[key] for key in KEYS]
    saved = send(returns_app, client, "save", headers=JSON, base=str(approved), changes={"S.3": "13.5"})
    assert len(saved.json["changes"]) == 1 and "13.5" in saved.json["changes"][0]
    correction = make_typed_draft(returns_app, client, version=1, base=str(approved), changes={"S.3": "13.5"})
    submit(returns_app, client, correction)
    approve(returns_app, correction)
    after = find_amounts(returns_app)
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {("S.3", ""), ("S.3", SITE)}
    with reading(returns_app.staffed_app.source.engine) as connection:
        assert find_return(connection, approved).state is ReturnState.SUPERSEDED


def test_the_provenance_of_a_typed_number_names_who_typed_it(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    approved = returns_app.create_submitted()
    approve(returns_app, approved)
    correction = make_typed_draft(returns_app, client, base=str(approved), changes={"S.3": "13.5"})
    submit(returns_app, client, correction)
    approve(returns_app, correction)
    time = get_locale("en").format_moment(returns_app.staffed_app.settings.now())
    typed = read_origins(returns_app, "S.3")
    assert typed == [f"Typed on the page by one, {time}, instead of the number of return {approved}"]
    carried = read_origins(returns_app, "L.1")
    assert carried == [f"Carried over from return {approved} on the page by one, {time}"]


def read_origins(app: ReturnsApp, code: str) -> list[str]:
    """Return the origin of each source cell of an indicator as the page of its number describes it."""
    text = join_texts(fetch_children(app.make_client("manager"), f"/staff/number/{code}/{QUARTER}"))
    return re.findall(r"(?:Typed on|Carried over)[^<\"]*?\d\d:\d\d(?:, instead of the number of return \d+)?", text)


def test_a_withdrawn_return_can_be_submitted_again_corrected_or_replaced(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    number = make_typed_draft(returns_app, client)
    submit(returns_app, client, number)
    returns_app.post(client, f"/staff/returns/{number}/withdraw", seen="submitted")
    text = client.get(f"/staff/returns/{number}").text
    assert "Upload a corrected file" in text and "Make a new draft of it" in text and "Correct it on the page" in text
    answer = returns_app.post(client, f"/staff/returns/{number}/again")
    again = int(re.search(r"/staff/returns/(\d+)", answer.headers["Location"])[1])
    assert again != number and read_values(returns_app, again) == read_values(returns_app, number)
    submit(returns_app, client, again)
    assert "Typed on the page" in client.get(f"/staff/returns/{again}").text


def test_only_a_withdrawn_return_is_made_a_draft_again(returns_app: ReturnsApp) -> None:
    client, number = returns_app.make_client("one"), returns_app.create_submitted()
    answer = returns_app.post(client, f"/staff/returns/{number}/again")
    assert answer.status_code == 409 and returns_app.count_returns() == 1


def test_a_file_with_errors_is_corrected_on_the_page_with_what_was_typed(returns_app: ReturnsApp) -> None:
    number = returns_app.create_draft(change={"S.1": "twelve", "L.2": "4,25"})
    client = returns_app.make_client("one")
    text = client.get(f"{ADDRESS}?from={number}").text
    assert 'value="twelve"' in text and 'value="4.25"' in text and 'data-code="number-unreadable"' in text


def test_saved_entries_are_not_replaced_by_another_return_without_asking(returns_app: ReturnsApp) -> None:
    client = returns_app.make_client("one")
    send(returns_app, client, "save", changes={"S.1": "5"})
    number = returns_app.create_draft()
    text = client.get(f"{ADDRESS}?from={number}").text
    assert 'id="other-base"' in text and re.search(r'value="5"', text)
    with reading(returns_app.staffed_app.source.engine) as connection:
        assert len(read_returns(connection)) == 1
