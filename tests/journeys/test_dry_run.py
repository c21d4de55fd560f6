"""A dry run saves nothing and predicts the changed numbers and figures."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from etl.database.connection import reading
from etl.database.tables import metadata
from tests.journeys.other_returns import make_filled_form, read_other_plan
from tests.support.command_line import CommandLine

PLAN = read_other_plan()


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    return other_plan_run


def write(path: Path, **change: object) -> Path:
    named = {key.replace("__", "/").replace("_", "."): value for key, value in change.items()}
    path.write_bytes(make_filled_form(PLAN, "01", "2024Q1", changes=named))
    return path


def collect_everything_stored(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def test_a_dry_run_lists_changed_numbers_and_figures(run: CommandLine, tmp_path: Path, open_database) -> None:
    first = write(tmp_path / "first.xlsx")
    second = write(tmp_path / "second.xlsx", L_1=500, L_2=None)
    (first_preview,) = run.succeed("load", first, "--as", "offi", "--dry-run", "--format", "json").json
    assert first_preview["outcome"] == "checked"
    assert first_preview["effects"]["against"][0]["return"] is None
    assert first_preview["effects"]["against"][0]["counts"]["new"] == len(
        first_preview["effects"]["against"][0]["numbers"]
    )
    run.succeed("load", first, "--as", "offi")
    stored = collect_everything_stored(open_database(run.database_url))
    (preview,) = run.succeed("load", second, "--as", "offi", "--dry-run", "--format", "json").json
    assert collect_everything_stored(open_database(run.database_url)) == stored
    (comparison,) = preview["effects"]["against"]
    assert comparison["counts"] | {"unchanged": 0} == {"new": 0, "changed": 1, "unchanged": 0, "dropped": 1}
    changed_numbers = {item["key"]: item for item in comparison["numbers"] if item["kind"] != "unchanged"}
    assert (changed_numbers["L.1"]["old"], changed_numbers["L.1"]["new"], changed_numbers["L.1"]["by"]) == (
        "110",
        "500",
        "390",
    )
    assert (changed_numbers["L.2"]["old"], changed_numbers["L.2"]["new"]) == ("4.4", None)
    run.succeed("load", second, "--as", "offi")
    effects = preview["effects"]["figures"]
    assert {effect["indicator"] for effect in effects} >= {"L.1", "L.2"}
    for effect in effects:
        period = () if effect["period"] == "plan to date" else ("--year", effect["period"])
        site = ("--site", effect["site"]) if effect["site"] else ()
        figure = run.figure(effect["indicator"], *period, *site)
        after = effect["after"]
        assert (figure["actual"]["amount"], figure["rating"]) == (after["actual"], after["rating"])
        assert (figure["headline"], figure["target"]) == (after["headline"], after["target"])
        assert after != effect["before"]


def test_a_dry_run_is_as_strict_as_the_import(run: CommandLine, tmp_path: Path) -> None:
    good, bad = write(tmp_path / "good.xlsx"), write(tmp_path / "bad.xlsx", P_1__sex__women=900)
    refused = run("load", bad, "--as", "offi", "--dry-run", "--format", "json")
    assert refused.code == 1 and refused.json[0]["outcome"] == "refused" and "effects" not in refused.json[0]
    assert run("load", good, "--as", "nobody", "--dry-run").code == 3
    assert run("load", good, "--as", "offi", "--approve", "--dry-run").code == 3
    run.succeed("load", good, "--as", "offi")
    (again,) = run.succeed("load", good, "--as", "offi", "--dry-run", "--format", "json").json
    assert again["outcome"] == "unchanged" and "effects" not in again


def test_a_check_prints_effects_on_request_in_both_languages(run: CommandLine, tmp_path: Path) -> None:
    path = write(tmp_path / "one.xlsx")
    plain = run.succeed("check", path).out
    assert "Figures that would change" not in plain
    english = run.succeed("check", path, "--effects").out
    assert "no earlier return" in english and "Figures that would change" in english
    assert "new L.1" in english and "L.1 centre:" in english and "L.1 01:" in english
    khmer = run.succeed("check", path, "--effects", "--language", "km").out
    assert "ថ្មី L.1" in khmer and "→" in khmer
