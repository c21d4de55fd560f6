"""Tests of how a server serves editions: addresses, ETags, encodings and status lines."""

import csv
import gzip
import io
import json
import re

import brotli
import pytest
from openapi_spec_validator import validate

from etl.database.authorization import COMMAND_LINE
from etl.database.failures import UnreachableError
from etl.locale import get_locale
from etl.queries.edition_cache import EditionCache
from etl.queries.editions import find_file, list_paths
from etl.use_cases.reporting.publish import redact_edition
from tests.support.edition_database import NOW, UNPUBLISHED_NUMBER


@pytest.fixture
def client(server_and_source):
    return server_and_source[0].test_client()


def test_the_newest_edition_is_served_at_the_root_and_at_its_own_address(client):
    front = client.get("/")
    assert front.status_code == 200 and front.headers["X-Edition"] == "2023-Q2"
    for address in ("/index.html", "/editions/2023-Q2/", "/editions/2023-Q2/index.html"):
        assert client.get(address).data == front.data
    assert client.get("/km/").data == client.get("/editions/2023-Q2/km/").data == client.get("/km/index.html").data
    assert b'lang="km"' in client.get("/km/").data


def test_every_stored_path_is_served_at_the_root_and_in_its_edition(client, server_and_source):
    for path in list_paths(server_and_source[1], "2023-Q2"):
        response = client.get(f"/editions/2023-Q2/{path}")
        assert response.status_code == 200, path
        assert client.get(f"/{path}").data == response.data, path


def test_cached_pages_are_served_while_the_database_is_away(client, monkeypatch):
    before = client.get("/indicators/A-01").data

    def fail(*_args: object) -> None:
        raise UnreachableError

    monkeypatch.setattr("etl.queries.edition_cache.find_edition_versions", lambda _source: None)
    monkeypatch.setattr("etl.queries.edition_cache.list_editions", fail)
    monkeypatch.setattr("etl.queries.edition_cache.find_file", fail)
    monkeypatch.setattr("etl.queries.edition_cache.find_edition_contents", fail)
    assert client.get("/indicators/A-01").data == before
    assert client.get("/editions/2023-Q2/indicators/A-02.csv").status_code == 503


def test_a_copied_edition_is_served_whole_while_the_database_is_away(client, server_and_source, monkeypatch):
    def fail(*_args: object, **_options: object) -> None:
        raise UnreachableError

    source = server_and_source[1]
    client.set_cookie("session", "a token of somebody who is signed in")
    cache = EditionCache(source)
    monkeypatch.setattr("dashboard.public.edition_responses.get_edition_cache", lambda _page: cache)
    monkeypatch.setattr("dashboard.public.edition_pages.get_edition_cache", lambda _page: cache)
    cache.copy_edition(cache.list_editions()[-1])
    monkeypatch.setattr("etl.queries.edition_cache.find_edition_versions", lambda _source: None)
    for name in ("etl.queries.edition_cache.list_editions", "etl.queries.edition_cache.find_file"):
        monkeypatch.setattr(name, fail)
    monkeypatch.setattr("dashboard.access.sessions.find_signed_in_user", fail)
    for path in list_paths(source, "2023-Q2"):
        assert client.get(f"/editions/2023-Q2/{path}").status_code == 200, path
    assert client.get("/staff/overview").status_code == 503
    assert client.get("/health").status_code == 200


def test_an_unknown_path_of_an_edition_reaches_no_database(server_and_source, monkeypatch):
    cache = EditionCache(server_and_source[1])
    edition = cache.list_editions()[-1]
    assert cache.find_file(edition, "index.html") is not None
    monkeypatch.setattr("etl.queries.edition_cache.find_file", lambda *_args: pytest.fail("a query"))
    for number in range(3):
        assert cache.find_file(edition, f"indicators/none-{number}.html") is None


def test_a_file_that_two_threads_read_at_a_time_counts_once(server_and_source, monkeypatch):
    cache = EditionCache(server_and_source[1])
    edition = cache.list_editions()[-1]
    paths = ("index.html", "km/index.html")
    sizes = [len(file.data) + len(file.compressed or b"") for path in paths if (file := cache.find_file(edition, path))]
    monkeypatch.setattr("etl.queries.edition_cache._MAX_BYTES", sum(sizes) + 1_000)
    cache = EditionCache(server_and_source[1])
    nested = [paths[0]] * 5

    def read_while_another_thread_does(source, edition_id, path):
        if nested:
            cache.find_file(edition, nested.pop())
        return find_file(source, edition_id, path)

    monkeypatch.setattr("etl.queries.edition_cache.find_file", read_while_another_thread_does)
    for path in paths:
        cache.find_file(edition, path)
    monkeypatch.setattr("etl.queries.edition_cache.find_file", lambda *_args: pytest.fail("it was not cached"))
    assert all(cache.find_file(edition, path) for path in paths)


def test_a_page_is_served_with_and_without_its_suffix(client):
    assert client.get("/indicators/A-01").data == client.get("/indicators/A-01.html").data
    assert client.get("/km/indicators/A-01").data == client.get("/editions/2023-Q2/km/indicators/A-01").data


def test_an_older_edition_differs_from_its_stored_page_by_a_status_line_only(client, server_and_source):
    from etl.queries.editions import find_file

    page = client.get("/editions/2023-Q1-r2/indicators/A-01.html").data
    assert b"not the newest" in page and b"../../2023-Q2/index.html" in page
    start, end = page.index(b'<p class="status"'), page.index(b"</p>", page.index(b'<p class="status"')) + 4
    stored = find_file(server_and_source[1], "2023-Q1-r2", "indicators/A-01.html").data
    assert page[:start] + b"<!--status-->" + page[end:] == stored
    assert b"status" not in client.get("/editions/2023-Q2/indicators/A-01.html").data.split(b"<header")[0].replace(
        b"<!--status-->", b""
    )


def test_a_replaced_edition_links_to_its_replacement_and_the_newest(client):
    page = client.get("/editions/2023-Q1/").data.decode()
    assert (
        "replaced by" in page and 'href="../2023-Q1-r2/index.html"' in page and 'href="../2023-Q2/index.html"' in page
    )
    khmer = client.get("/editions/2023-Q1/km/").data.decode()
    assert 'href="../../2023-Q1-r2/km/index.html"' in khmer


def test_an_unchanged_page_is_answered_with_304(client):
    for headers in ({}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}):
        first = client.get("/", headers=headers)
        again = client.get("/", headers={**headers, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_each_encoding_holds_the_same_page_under_its_own_tag(client):
    plain = client.get("/")
    brotli_response = client.get("/", headers={"Accept-Encoding": "br"})
    gzip_response = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert brotli.decompress(brotli_response.data) == gzip.decompress(gzip_response.data) == plain.data
    assert len({response.headers["ETag"] for response in (plain, brotli_response, gzip_response)}) == 3
    assert "Accept-Encoding" in brotli_response.headers["Vary"]


def test_assets_are_immutable_and_pages_are_revalidated(client, server_and_source):
    asset = next(path for path in list_paths(server_and_source[1], "2023-Q2") if path.endswith(".css"))
    assert "immutable" in client.get(f"/{asset}").headers["Cache-Control"]
    assert client.get("/").headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/km", "/km/"),
        ("/editions/2023-Q2", "/editions/2023-Q2/"),
        ("/editions/2023-Q2/km", "/editions/2023-Q2/km/"),
        ("/km/editions/2023-Q2/indicators/A-01", "/editions/2023-Q2/km/indicators/A-01"),
        ("/km/editions/2023-Q2/", "/editions/2023-Q2/km/"),
        ("/editions/2023-Q2/editions.html", "/editions"),
        ("/editions/2023-Q2/km/editions.html", "/km/editions"),
        ("/editions/2023-Q2/explore.html", "/explore"),
        ("/km/explore.html", "/km/explore"),
    ],
)
def test_an_address_with_broken_relative_links_redirects_to_the_canonical_one(client, address, leads_to):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)


@pytest.mark.parametrize(
    "address",
    [
        "/indicators/Z-99",
        "/km/objectives/Z",
        "/editions/2020-Q1/",
        "/editions/2020-Q1/indicators/A-01",
        "/editions/2023-Q2/nothing",
        "/downloads/nothing.csv",
        "/about/nothing",
        "/assets/../../etc/passwd",
    ],
)
def test_an_unknown_public_address_is_a_404_with_a_link_to_the_home_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 404 and "sign-in" not in answer.text
    assert 'href="/"' in answer.text or 'href="/km/"' in answer.text


def test_an_unknown_code_gets_a_list_of_available_codes(client):
    page = client.get("/indicators/Z-99").text
    assert "Z-99" in page and 'href="/indicators/A-01"' in page
    assert 'href="/editions/2023-Q1/"' in client.get("/editions/2020-Q1/").text


def test_the_list_of_editions_shows_the_status_of_each(client):
    page = client.get("/editions").text
    for words in ("2023-Q1", "2023-Q1-r2", "replaced by 2023-Q1-r2", "newest", 'href="editions/2023-Q1/index.html"'):
        assert words in page
    assert client.get("/km/editions").status_code == 200


def test_the_api_allows_other_origins_and_matches_its_openapi_description(client):
    edition_list = client.get("/api/v1/editions")
    assert [edition["id"] for edition in edition_list.json["editions"]] == ["2023-Q2", "2023-Q1-r2", "2023-Q1"]
    answer = client.get(edition_list.json["editions"][0]["figures"])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.data == client.get("/api/figures.json").data and json.loads(answer.data)["figures"]
    missing = client.get("/api/v1/editions/2020-Q1/figures")
    assert missing.status_code == 404 and missing.headers["Access-Control-Allow-Origin"] == "*"
    validate(client.get("/api/v1/openapi.json").json)


def test_every_list_of_editions_has_the_day_that_the_edition_states(client):
    for edition in client.get("/api/v1/editions").json["editions"]:
        stated = client.get(edition["figures"]).json["edition"]["published_on"]
        assert edition["published_on"] == stated
    days = re.findall(r'data-label="Published">([^<]+)</td>', client.get("/editions").text)
    assert days == [get_locale("en").format_day(NOW.date())] * 3


def test_the_feed_lists_editions_with_absolute_addresses(client):
    feed = client.get("/feed").text
    assert feed.count("<entry>") == 3 and "http://localhost/editions/2023-Q2/index.html" in feed


def test_public_responses_set_no_cookie(client):
    for address in ("/", "/editions", "/feed", "/indicators/A-01", "/api/v1/editions", "/downloads/figures.csv"):
        assert "Set-Cookie" not in client.get(address).headers


def test_a_redaction_reaches_a_server_that_cached_the_page(server_and_source):
    server, source = server_and_source
    client = server.test_client()
    before = client.get("/editions/2023-Q1-r2/indicators/B-02.html").data
    redact_edition(
        source.engine,
        "2023-Q1-r2",
        "B-02",
        kind="indicator",
        actor=COMMAND_LINE,
        now=NOW,
        reason="It was wrong to tell.",
    )
    after = client.get("/editions/2023-Q1-r2/indicators/B-02.html").data
    assert before != after and b"It was wrong to tell." in after and b"removed" in after


def test_latest_redirects_to_the_newest_edition(client):
    for address, target in (
        ("/editions/latest/", "/editions/2023-Q2/"),
        ("/editions/latest/indicators/A-01.csv", "/editions/2023-Q2/indicators/A-01.csv"),
        ("/api/v1/editions/latest/figures?year=plan", "/api/v1/editions/2023-Q2/figures?year=plan"),
    ):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, target)
        assert response.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("ending", ["csv", "json", "svg", "png"])
def test_an_indicator_has_files_in_its_edition_and_at_the_root(client, ending):
    response = client.get(f"/editions/2023-Q2/indicators/A-01.{ending}")
    assert response.status_code == 200 and response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(f"/indicators/A-01.{ending}").data == response.data
    again = client.get(
        f"/editions/2023-Q2/indicators/A-01.{ending}", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304
    assert client.get(f"/editions/2023-Q2/km/indicators/A-01.{ending}").status_code == 200
    for missing in (f"/indicators/Z-99.{ending}", f"/editions/2023-Q2/objectives/A-01.{ending}"):
        assert client.get(missing).status_code == 404


def test_the_files_of_an_indicator_hold_its_published_figures_only(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/indicators/A-01.csv").text)))
    every_row = list(csv.DictReader(io.StringIO(client.get("/downloads/figures.csv").text)))
    assert rows and rows == [row for row in every_row if row["indicator"] == "A-01"]
    for address in ("/indicators/A-01.csv", "/indicators/A-01.json", "/indicators/A-01.svg"):
        assert str(UNPUBLISHED_NUMBER) not in client.get(address).text
    assert not [row for row in rows if row["state"] in ("small", "withheld", "taken_out") and row["value"]]


@pytest.mark.parametrize("query", ["indicator=Z-99", "site=NOWHERE", "year=1999", "colour=red", "part=none"])
def test_an_unknown_filter_is_refused_by_its_name(client, query):
    for ending in ("", ".csv"):
        response = client.get(f"/api/v1/editions/2023-Q2/figures{ending}?{query}")
        assert response.status_code == 400 and query.partition("=")[0] in response.json["error"]


def test_the_openapi_description_names_every_address_and_filter_of_the_api(client, server_and_source):
    description = client.get("/api/v1/openapi.json").json
    rules = {str(rule) for rule in server_and_source[0].url_map.iter_rules() if str(rule).startswith("/api/v1/")}
    described = {path.replace("{id}", "<edition>") for path in description["paths"]}
    assert described == rules - {"/api/v1/openapi.json"}
    filters = {"indicator", "objective", "site", "year", "part"}
    for path, others in (("/api/v1/editions/{id}/figures", {"id"}), ("/api/v1/live/figures", {"unapproved"})):
        for ending in ("", ".csv"):
            names = {parameter["name"] for parameter in description["paths"][path + ending]["get"]["parameters"]}
            assert names == filters | others


def test_search_engines_get_the_public_pages_and_no_private_address(client):
    robots = client.get("/robots.txt").text
    assert "Disallow: /staff" in robots and "Sitemap: http://localhost/sitemap.xml" in robots
    addresses = re.findall("<loc>http://localhost([^<]*)</loc>", client.get("/sitemap.xml").text)
    assert "/km/indicators/A-01" in addresses and "/editions/2023-Q1/" in addresses
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("address", ["/nothing", "/km/nothing.html", "/wp-login.php", "/embed/nothing"])
def test_an_unknown_address_outside_of_staff_pages_is_a_true_404(client, address):
    response = client.get(address)
    assert response.status_code == 404 and "Set-Cookie" not in response.headers
    assert client.get("/staff/nothing").status_code == 302


def test_the_front_page_describes_its_edition_as_a_dataset(client):
    page = client.get("/").text
    dataset = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert (dataset["@type"], dataset["version"]) == ("Dataset", "2023-Q2")
    for file in dataset["distribution"]:
        assert client.get(f"/{file['contentUrl']}").status_code == 200


@pytest.mark.parametrize("prefix", ["", "/km"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_address_of_a_folder_leads_to_the_page_that_lists_it(client, prefix, slash):
    for folder in ("about", "downloads", "indicators", "objectives", "programmes"):
        response = client.get(f"{prefix}/{folder}{slash}")
        assert response.status_code == 301
        page = client.get(response.headers["Location"])
        assert page.status_code == 200
        assert f'lang="{prefix[1:] or "en"}"' in page.text


def test_the_page_how_to_cite_says_when_its_address_lacks_the_host(client):
    assert "Write the address of this website before it." in client.get("/about/cite.html").text
