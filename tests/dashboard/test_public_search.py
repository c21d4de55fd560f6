"""The search of the public pages works without scripts and finds only what is published."""

import pytest
from lxml import html


def search(populated_app, text: str, prefix: str = ""):
    response = populated_app.make_client("nobody").get(f"{prefix}/search", query_string={"q": text})
    assert response.status_code == 200
    return html.document_fromstring(response.text)


@pytest.mark.parametrize("prefix", ["", "/km"])
def test_an_indicator_is_found_by_code_and_its_page_opens(populated_app, prefix: str) -> None:
    code = populated_app.names["indicator"]
    page = search(populated_app, str(code), prefix)
    (link, *_others) = page.xpath("//main//li/a")
    assert link.get("href") == f"indicators/{code}.html"
    assert populated_app.make_client("nobody").get(f"{prefix}/{link.get('href')}").status_code == 200


def test_a_site_leads_to_the_explorer(populated_app) -> None:
    site = populated_app.staffed_app.source.get_snapshot().plans.latest.sites[0]
    links = search(populated_app, site.name.en).xpath("//main//li/a/@href")
    assert f"explore?view=site&site={site.code}" in links


@pytest.mark.parametrize("text", ["", "nothing like this", '"><script>alert(1)</script>'])
def test_other_texts_find_nothing_and_are_escaped(populated_app, text: str) -> None:
    page = search(populated_app, text)
    assert page.xpath("//main//li") == [] and page.xpath("//main//script") == []
    assert page.xpath("//main//input/@value") == [text]


def test_the_form_of_each_public_page_leads_to_the_search(populated_app) -> None:
    client = populated_app.make_client("nobody")
    edition = populated_app.names["edition"]
    for address in ("/", f"/editions/{edition}/index.html", f"/editions/{edition}/km/index.html"):
        document = html.document_fromstring(client.get(address).text, base_url=f"http://localhost{address}")
        document.make_links_absolute()
        (action,) = document.xpath("//header//form/@action")
        response = client.get(action.removeprefix("http://localhost"), query_string={"q": "a b"})
        assert response.status_code == 301
        assert response.headers["Location"].endswith("/search?q=a+b")
