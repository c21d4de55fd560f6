"""The files in `deploy` name settings, commands and limits that exist."""

import re
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from dashboard.components.uploads import LARGEST_UPLOAD

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SETTINGS = set(re.findall(r"^([A-Z_]+)=", (DEPLOY.parent / ".env.sample").read_text(), re.MULTILINE))
OTHER_VARIABLES = {"PATH", "PYTHONDONTWRITEBYTECODE", "WEB_CONCURRENCY"}


def test_the_containers_are_given_settings_that_exist():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for name in ("migrate", "web", "worker", "backup"):
        service = services[name]
        assert service["environment"].keys() <= SETTINGS
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
    image = (DEPLOY / "Dockerfile").read_text()
    assert set(re.findall(r"\b([A-Z][A-Z_]+)=", image)) <= SETTINGS | OTHER_VARIABLES
    assert re.search(r"^USER cardec$", image, re.MULTILINE)


def test_the_guide_names_settings_that_exist():
    guide = (DEPLOY.parent / "docs" / "production.md").read_text()
    assert set(re.findall(r"\b([A-Z][A-Z_]+)=", guide)) <= SETTINGS | OTHER_VARIABLES | {
        "PGPASSWORD",
        "SystemMaxUse",
        "CN",
    }


def test_the_settings_of_gunicorn_follow_the_environment(monkeypatch, tmp_path):
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "old.db").write_text("")
    for name, value in {"HOST": "0.0.0.0", "PORT": "9000", "PROMETHEUS_MULTIPROC_DIR": str(folder)}.items():
        monkeypatch.setenv(name, value)
    settings = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    assert (settings["bind"], settings["worker_class"]) == ("0.0.0.0:9000", "gthread")
    assert not settings["preload_app"] and settings["control_socket_disable"]
    settings["on_starting"](None)
    assert folder.is_dir() and not list(folder.iterdir())


@pytest.mark.parametrize("name", ["nginx/cardec.conf", "Caddyfile"])
def test_the_proxies_buffer_bodies_as_large_as_the_largest_upload(name):
    text = (DEPLOY / name).read_text()
    size = re.search(r"(?:client_max_body_size|max_size) (\d+)(?:m|MB)\b", text)
    assert size and int(size[1]) * 1024 * 1024 > LARGEST_UPLOAD
    assert "proxy_request_buffering on" in text or "request_buffers" in text


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_systemd_accepts_the_units(path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
    problems = [line for line in done.stderr.splitlines() if path.name in line and "is not executable" not in line]
    assert not problems


@pytest.fixture
def cardec_command(tmp_path):
    """Return a function that runs `deploy/cardec` as the given user id, with a Python that prints its settings."""
    for folder in ("deploy", ".venv/bin", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(DEPLOY / "cardec", tmp_path / "deploy" / "cardec")
    python = tmp_path / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$DATABASE_URL" "$SMTP_PASSWORD" "$IATI_PARTNERS" "$CONTACT" "$*"\n')
    identity = tmp_path / "bin" / "id"

    def run(settings, *, user_id=1000, **variables):
        identity.write_text(f"#!/bin/sh\necho {user_id}\n")
        for program in (python, identity):
            program.chmod(0o755)
        (tmp_path / "cardec.env").write_text(settings)
        environment = {"PATH": f"{identity.parent}:/usr/bin:/bin", "CARDEC_SETTINGS": str(tmp_path / "cardec.env")}
        command = [tmp_path / "deploy" / "cardec", "users", "list"]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**environment, **variables})

    return run


def test_the_command_reads_values_with_spaces_and_signs_as_systemd_does(cardec_command):
    settings = """# a comment
DATABASE_URL=sqlite:////var/lib/cardec/cardec.db
SMTP_PASSWORD=a b$c#d;e`f`"g
IATI_PARTNERS=funding 40 XM-DAC-0 Name of the bank; accountable 10 - Ministry\x20\x20
CONTACT="office@example.org"
"""
    done = cardec_command(settings)
    assert done.stdout.splitlines() == [
        "sqlite:////var/lib/cardec/cardec.db",
        'a b$c#d;e`f`"g',
        "funding 40 XM-DAC-0 Name of the bank; accountable 10 - Ministry",
        "office@example.org",
        "-m etl users list",
    ]
    other = cardec_command(settings, DATABASE_URL="sqlite:////var/lib/cardec/restored.db")
    assert other.stdout.splitlines()[0] == "sqlite:////var/lib/cardec/restored.db"


def test_the_command_refuses_root_and_missing_settings(cardec_command):
    done = cardec_command("", user_id=0)
    assert (done.returncode, done.stdout) == (2, "") and "sudo -u cardec cardec users list" in done.stderr
    missing = cardec_command("", CARDEC_SETTINGS="/nowhere/cardec.env")
    assert missing.returncode == 2 and "/nowhere/cardec.env is missing" in missing.stderr
