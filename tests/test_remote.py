"""Calls of other services: over https, with limits of time and size, without redirects or secrets in errors."""

import socket
from collections.abc import Callable
from dataclasses import replace

import pytest

import etl.remote.http_client
from etl.remote.http_client import HttpError, find_url_problem, send_request
from etl.settings import NotificationSettings, SettingsError, read_settings
from tests.support.local_servers import Answer, Request, serve


@pytest.mark.parametrize(
    "url",
    ["http://example.org/x", "ftp://127.0.0.1/x", "https://", "https://ann:pw@example.org/", "https://[::1", "//x", ""],
)
def test_only_https_and_this_machine_are_called(url: str) -> None:
    assert find_url_problem(url)
    with pytest.raises(HttpError) as raised:
        send_request("GET", url)
    assert not raised.value.was_sent
    assert not find_url_problem("https://example.org/a") and not find_url_problem("http://127.0.0.1:80/a")


def answer_with(answer: Answer) -> Callable[[Request], Answer]:
    return lambda _request: answer


def test_a_redirect_is_not_followed() -> None:
    with serve(answer_with(Answer(302, {}, {"Location": "http://127.0.0.1:1/secret"}))) as origin:
        assert send_request("GET", f"{origin}/a").status == 302


def test_a_response_has_a_largest_size() -> None:
    with serve(answer_with(Answer(content=b"x" * 5000))) as origin:
        assert len(send_request("GET", origin).body) == 5000
        with pytest.raises(HttpError, match="larger than 4999 bytes"):
            send_request("GET", origin, max_bytes=4999)


def test_an_incomplete_response_is_an_error() -> None:
    with (
        serve(answer_with(Answer(content=b"half", headers={"Content-Length": "8"}))) as origin,
        pytest.raises(HttpError) as raised,
    ):
        send_request("GET", f"{origin}/secret-token/x", timeout=0.3)
    assert raised.value.was_sent and "secret-token" not in str(raised.value)


def test_a_server_that_answers_forever_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.remote.http_client, "DEADLINE_SECONDS", -1.0)
    with serve(answer_with(Answer(content=b"x"))) as origin, pytest.raises(HttpError, match="in time"):
        send_request("GET", origin)


def test_a_closed_port_and_a_closed_connection_differ() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(HttpError) as raised:
        send_request("GET", f"http://127.0.0.1:{port}/")
    assert not raised.value.was_sent
    with serve(answer_with(Answer(None))) as origin, pytest.raises(HttpError) as raised:
        send_request("GET", origin)
    assert raised.value.was_sent


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    for text, seconds in (("7", 7.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("", None)):
        with serve(answer_with(Answer(429, {}, {"Retry-After": text} if text else {}))) as origin:
            response = send_request("GET", origin)
        assert (response.is_retryable, response.retry_after) == (True, seconds)


def test_channels_need_all_their_settings() -> None:
    environ = {
        "TELEGRAM_TOKEN": "1:x",
        "SMTP_HOST": "mail.example.org",
        "SMTP_SECURITY": "none",
        "WEBHOOK_URL": "http://example.org",
        "WEBHOOK_SECRET": "short",
    }
    with pytest.raises(SettingsError) as raised:
        read_settings(environ)
    for name in ("TELEGRAM_BOT", "SMTP_SECURITY", "MAIL_FROM", "WEBHOOK_URL", "WEBHOOK_SECRET", "PUBLIC_ADDRESS"):
        assert name in str(raised.value)
    assert not read_settings({}).notifications.is_enabled


def test_secrets_of_channels_are_not_shown() -> None:
    settings = NotificationSettings(
        telegram_token="hidden1", smtp_password="hidden2", webhook_secret="hidden3", webhook_url="https://x/hidden4"
    )
    assert "hidden" not in repr(settings) and "hidden" not in repr(replace(read_settings({}), notifications=settings))
