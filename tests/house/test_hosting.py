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
    assert set(re.findall(r"\b([A-Z][A-Z_]+)=", guide)) <= SETTINGS | OTHER_VARIABLES | {"PGPASSWORD", "SystemMaxUse"}


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
