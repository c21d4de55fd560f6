"""The IATI file keeps the rules of the standard ruleset, and has what settings and plan know of the organisation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from etl.exports.edition.iati import render_iati
from etl.exports.edition.iati_activity import list_missing_settings
from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Role
from etl.publisher.iati import NO_SETTINGS, IatiSettings, Share
from etl.queries.data_source import open_data_source
from etl.queries.editions import find_edition_contents, find_file, list_editions
from etl.use_cases.accounts.users import add_user
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.builders import make_site
from tests.support.command_line import CommandLine
from tests.support.iati_editions import FULL_SETTINGS, make_full_edition
from tests.support.iati_ruleset import RULES, break_rule, list_broken_rules
from tests.support.random_editions import make_random_edition

TODAY = date(2026, 11, 24)


def read_activity(contents: EditionContents, settings: IatiSettings = NO_SETTINGS) -> ElementTree.Element:
    activity = ElementTree.fromstring(render_iati(contents, settings)).find("iati-activity")
    assert activity is not None
    return activity


def list_attributes(activity: ElementTree.Element, path: str) -> list[dict[str, str]]:
    return [element.attrib for element in activity.findall(path)]


@pytest.mark.parametrize("settings", [NO_SETTINGS, FULL_SETTINGS], ids=["without settings", "with settings"])
@pytest.mark.parametrize("seed", range(10))
def test_random_editions_keep_every_rule(seed, settings):
    for contents in (make_random_edition(seed), make_full_edition(seed)):
        assert list_broken_rules(render_iati(contents, settings), TODAY) == []


@pytest.mark.parametrize("rule", RULES, ids=[rule["id"] for rule in RULES])
def test_a_file_that_breaks_a_rule_is_noticed(rule):
    broken = break_rule(render_iati(make_full_edition(2), FULL_SETTINGS), rule)
    assert set(list_broken_rules(broken, TODAY)) == {rule["id"], *rule.get("also", ())}


@pytest.mark.parametrize("quarter", ["2026Q2", "2026Q3"])
def test_the_editions_of_the_sample_keep_every_rule(published_sample: Callable[[str], Path], quarter):
    source = open_data_source(f"sqlite:///{published_sample(quarter)}")
    editions = list_editions(source)
    assert editions
    for edition in editions:
        contents, stored = (
            find_edition_contents(source, edition.id),
            find_file(source, edition.id, "downloads/iati.xml"),
        )
        for settings in (NO_SETTINGS, FULL_SETTINGS):
            assert list_broken_rules(render_iati(contents, settings), TODAY) == []
        assert list_broken_rules(stored.data, TODAY) == []


def test_an_edition_of_another_plan_keeps_every_rule(sqlite_other_plan_run: CommandLine, open_database, now, tmp_path):
    workflow = ReturnWorkflow(open_database(sqlite_other_plan_run.database_url), now)
    add_user(workflow.engine, "admin", Role.ADMINISTRATOR, "long enough to pass", now=now, actor="test")
    workflow.upload_and_approve({"L.1": 100})
    published = sqlite_other_plan_run.succeed("publish", "2025Q1", "--as", "admin")
    assert "leaves out what is not set: IATI_ORGANISATION" in published.err
    exported = sqlite_other_plan_run.succeed("export", "iati", str(tmp_path / "iati.xml"))
    assert "left out: " in exported.out and "Figures of quarters" in exported.out
    assert list_broken_rules((tmp_path / "iati.xml").read_bytes(), TODAY) == []


def test_organisations_have_the_roles_of_the_settings():
    activity = read_activity(make_full_edition(), FULL_SETTINGS)
    assert list_attributes(activity, "reporting-org") == [{"ref": "KH-XYZ-1", "type": "10"}]
    assert [(element.attrib, element.findtext("narrative")) for element in activity.findall("participating-org")] == [
        ({"ref": "KH-XYZ-1", "role": "4", "type": "10"}, "The centre"),
        ({"ref": "XM-DAC-0", "role": "1", "type": "40"}, "A bank"),
        ({"role": "2", "type": "10"}, "A ministry"),
    ]
    assert activity.findtext("contact-info/email") == "info@cardec.example"
    assert "Not stated" not in activity.findtext("description/narrative", "")


def test_sectors_are_those_of_the_settings_or_the_plan_itself():
    contents = make_full_edition()
    assert list_attributes(read_activity(contents, FULL_SETTINGS), "sector") == [
        {"vocabulary": "1", "code": "31182", "percentage": "40.5"},
        {"vocabulary": "1", "code": "31166", "percentage": "59.5"},
    ]
    address = f"https://cardec.example/editions/{contents.edition.id}/"
    own = {"vocabulary": "99", "code": "plan-2022-2024", "vocabulary-uri": address}
    assert list_attributes(read_activity(contents), "sector") == [own]


def test_a_plan_in_two_countries_has_the_unspecified_region_until_settings_divide_it():
    contents = make_full_edition()
    sites = (make_site("A", iso_3166_2="KH-1"), make_site("B", iso_3166_2="LA-VT"))
    contents = EditionContents(
        replace(contents.edition, plan=replace(contents.plan, sites=sites)), contents.figures
    )  # fmt: skip
    region = {"code": "998", "vocabulary": "1", "percentage": "100"}
    activity = read_activity(contents)
    assert (list_attributes(activity, "recipient-country"), list_attributes(activity, "recipient-region")) == (
        [],
        [region],
    )
    assert "countries" in activity.findtext("description/narrative", "")
    settings = replace(NO_SETTINGS, countries=(Share("KH", Decimal(75)), Share("LA", Decimal(25))))
    activity = read_activity(contents, settings)
    assert [(country["code"], country["percentage"]) for country in list_attributes(activity, "recipient-country")] == [
        ("KH", "75"),
        ("LA", "25"),
    ]
    assert list_attributes(activity, "recipient-region") == []


def test_documents_are_the_pages_and_files_of_the_edition_and_its_licence():
    contents = make_full_edition()
    links = {link.get("url"): link for link in read_activity(contents).findall("document-link")}
    root = f"https://cardec.example/editions/{contents.edition.id}/"
    paths = ["", "km/index.html", "downloads/figures.csv", "downloads/figures-en.xlsx", "downloads/figures-km.xlsx"]
    paths += ["downloads/datapackage.zip", "api/figures.json"]
    assert list(links) == [*(root + path for path in paths), "https://creativecommons.org/licenses/by/4.0/"]
    assert {link.find("category").get("code") for link in links.values()} == {"A12", "A08", "B15"}
    assert read_activity(make_random_edition(1)).findall("document-link") == []


def test_references_are_the_indicators_that_an_indicator_is_not_those_that_it_contributes_to():
    references, descriptions = {}, {}
    for indicator in read_activity(make_full_edition()).iter("indicator"):
        code = indicator.findtext("title/narrative", "").split()[0]
        references[code] = [(item.get("vocabulary"), item.get("code")) for item in indicator.findall("reference")]
        descriptions[code] = indicator.findtext("description/narrative", "")
    assert references["A-01"] == [("99", "A-01")]
    assert references["A-02"] == [("3", "EG.3.2-25"), ("9", "2.5.1.a"), ("99", "A-02")]
    assert "Serves: SDG 2.4.1 (contributes); IFAD 1.1.4." in descriptions["A-01"]


def test_what_no_setting_says_is_left_out_and_named():
    contents = make_random_edition(1)
    assert list(list_missing_settings(contents.edition, NO_SETTINGS)) == [
        "IATI_ORGANISATION",
        "IATI_PARTNERS",
        "IATI_SECTORS",
        "PUBLIC_ADDRESS",
        "DATA_LICENCE",
        "CONTACT",
    ]
    activity = read_activity(contents)
    assert activity.find("contact-info") is None and activity.find("participating-org").get("ref") is None
    description = activity.findtext("description/narrative", "")
    assert (
        "Not stated: organisations that fund it or are accountable; sectors of the OECD DAC; documents" in description
    )
    assert list_missing_settings(make_full_edition().edition, FULL_SETTINGS) == {}
