"""`make newcomer` reads its commands from the README and gives them nothing that a new user hasn't."""

from pathlib import Path

import pytest

from tests.support.newcomer import (
    README,
    NewcomerError,
    find_address,
    list_readme_commands,
    make_environment,
    read_sign_in,
)


def test_the_commands_of_the_readme_are_those_that_a_newcomer_runs_and_the_first_gives_an_address():
    commands = list_readme_commands(README.read_text(encoding="utf-8"))
    assert [command.command for command in commands] == ["make run", "make test"]
    assert find_address(commands[0]) == "http://127.0.0.1:8050"
    with pytest.raises(NewcomerError, match="make test"):
        find_address(commands[1])


def test_a_newcomer_has_an_empty_home_and_no_settings(monkeypatch, tmp_path: Path):
    for name in ("DATABASE_URL", "SECRET_KEY", "PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, "set")
    monkeypatch.setenv("LANG", "km_KH.UTF-8")
    environment = make_environment(tmp_path)
    assert environment["HOME"] == str(tmp_path) and environment["LANG"] == "km_KH.UTF-8"
    assert "set" not in environment.values()


def test_a_newcomer_signs_in_with_what_the_command_prints(tmp_path: Path):
    log = tmp_path / "output.txt"
    log.write_text(
        "Sample accounts:\n  officer        sample.officer         a-b_c\n  manager        sample.manager   x_y\n"
    )
    assert read_sign_in(log, "manager") == ("sample.manager", "x_y")
    with pytest.raises(NewcomerError, match="donor"):
        read_sign_in(log, "donor")
