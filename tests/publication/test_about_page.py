"""The page about the centre and the pages of programmes say what the source of the shipped plan says, and no more."""

import re
from dataclasses import replace
from html import unescape

import pytest

from etl.database.connection import migrate, open_engine
from etl.indicators.editions import EditionContents
from etl.locale import get_locale
from etl.plan.read_plan import read_plan
from etl.publication.other_pages import render_about_page, render_programme_page
from etl.publication.public_page import EditionPage
from etl.queries.edition_draft import draft_edition
from tests.support.edition_database import NOW, QUARTER, store_edition_data
from tests.support.plan_edits import SHIPPED_PLAN

POTENTIAL = ("AFD", "USAID", "SDC", "EC", "FAO", "ACIAR")
ROW = re.compile(r"<dt><a [^>]*programmes/([\w-]+)\.html[^>]*>.*?</dt>\s*(?:<dd>(.*?)</dd>)?", re.DOTALL)


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> EditionContents:
    """Return an edition with the programmes and organisations of the shipped plan."""
    shipped = read_plan(SHIPPED_PLAN).plan
    assert shipped is not None
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('about') / 'about.db'}")
    migrate(engine)
    draft = draft_edition(store_edition_data(engine), QUARTER, today=NOW.date())
    engine.dispose()
    plan = replace(draft.edition.plan, programmes=shipped.programmes)
    return EditionContents(replace(draft.edition, plan=plan), draft.figures)


def set_status(contents: EditionContents, status: str) -> EditionContents:
    """Return the edition with this status of all indicators."""
    plan = contents.plan
    indicators = tuple(replace(indicator, status=status) for indicator in plan.indicators)
    return EditionContents(replace(contents.edition, plan=replace(plan, indicators=indicators)), contents.figures)


def read_about(contents: EditionContents, language: str) -> str:
    return unescape(render_about_page(contents, "centre", EditionPage(language, "about/centre.html")).decode())


def read_programme(contents: EditionContents, code: str, language: str) -> str:
    programme = next(programme for programme in contents.plan.programmes if programme.code == code)
    page = EditionPage(language, f"programmes/{code}.html")
    return unescape(render_programme_page(contents, programme, page).decode())


def test_the_page_says_what_the_centre_is(contents: EditionContents):
    for language in ("en", "km"):
        html = read_about(contents, language)
        assert "Bos Khnor Conservation Agriculture Research for Development Center" in html
        assert "(DALRM/GDA)" in html
        assert "(CA/SI)" in html
        assert "2021" in html.partition("<h2>")[0]
    assert "is to be the regional centre of excellence" in read_about(contents, "en")


@pytest.mark.parametrize("language", ["en", "km"])
def test_indicators_of_a_provisional_plan_are_not_called_its_key_indicators(contents: EditionContents, language: str):
    _ = get_locale(language).gettext
    key_heading = f"<h2>{_('Key indicators of the plan {first}–{last}', first=2022, last=2024)}</h2>"
    provisional_heading = f"<h2>{_('Provisional indicators {first}–{last}', first=2022, last=2024)}</h2>"
    for status, shown, other in (
        ("provisional", provisional_heading, key_heading),
        ("official", key_heading, provisional_heading),
    ):
        html = read_about(set_status(contents, status), language)
        assert shown in html
        assert other not in html


def test_a_potential_partner_is_called_so_on_each_page(contents: EditionContents):
    notes = dict(ROW.findall(read_about(contents, "en")))
    for code in POTENTIAL:
        assert notes[code].startswith("Named as a potential development partner")
        page = read_programme(contents, code, "en")
        assert "Named as a potential development partner" in page
        assert "supports or reports on" not in page
    khmer_notes = dict(ROW.findall(read_about(contents, "km")))
    assert len({khmer_notes[code].split("។")[0] for code in POTENTIAL}) == 1
    assert "potential" not in notes["IFAD"]
    assert "in support of the coalition" in notes["IFAD"]


def test_an_organisation_without_indicators_is_not_described_by_them(contents: EditionContents):
    for language in ("en", "km"):
        page = read_programme(contents, "CESAIN", language)
        assert '<p class="sub">' not in page
        assert "CARDEC's plan links" not in page


def test_notes_have_no_statement_that_the_source_lacks(contents: EditionContents):
    notes = {programme.code: programme.note for programme in contents.plan.programmes}
    assert "raises awareness" not in notes["METKASEKOR"].en
    assert "through government agents and the private sector, to smallholders" in notes["METKASEKOR"].en
    assert "while farmers are made aware" in notes["METKASEKOR"].en
    assert notes["CESAIN"].en == ""
    assert notes["NAP"].en == "Its secretariat is at MAFF."
    for code, note in notes.items():
        assert bool(note.en) == bool(note.km), f"{code} has its note in one language only"
