"""Messages on pages: everybody sets up an address of their own, and administrators see what was sent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.database.connection import reading, writing
from etl.database.message_records import Channel, Message, MessageState, NoticeKind
from etl.database.read.messages import find_contact, find_link_code, read_messages
from etl.database.write.messages import claim_message, finish_message, insert_messages
from etl.settings import NotificationSettings
from etl.use_cases.notifications.contacts import start_linking
from tests.dashboard.conftest import StaffedApp, open_staffed_app

SETTINGS = NotificationSettings(
    telegram_token="123:secret", telegram_bot="cardec_bot", smtp_host="mail.example.org", mail_from="cardec@example.org"
)


@pytest.fixture
def telling_app(tmp_path: Path, staffed_database: Path, now: datetime) -> Iterator[StaffedApp]:
    """Serve an app whose channels are set up."""
    yield from open_staffed_app(
        staffed_database, tmp_path / "app.db", now, notifications=SETTINGS, public_address="https://cardec.example"
    )


def post(client, address: str, **fields: str):
    return client.post(address, data={"csrf": client.get_cookie("csrf").value, **fields})


def test_messages_are_not_offered_while_no_channel_is_set_up(staffed_app: StaffedApp) -> None:
    client = staffed_app.make_client("officer")
    assert "account-messages" not in client.get("/staff/account").text
    assert post(client, "/staff/account/telegram").status_code == 404
    page = staffed_app.make_client("administrator").get("/admin/messages").text
    assert page.count("off: not in the settings") == 3 and "No messages yet." in page


def test_a_person_saves_and_removes_an_email_address(telling_app: StaffedApp) -> None:
    client = telling_app.make_client("officer")
    done = post(client, "/km/staff/account/email", email=" officer@example.org ")
    assert done.status_code == 303 and "notice=messages" in done.location
    page = client.get(done.location).text
    assert 'value="officer@example.org"' in page
    with reading(telling_app.source.engine) as connection:
        contact = find_contact(connection, "officer")
    assert contact is not None and (contact.language, contact.email) == ("km", "officer@example.org")
    post(client, "/staff/account/email-remove")
    with reading(telling_app.source.engine) as connection:
        assert find_contact(connection, "officer") is None


@pytest.mark.parametrize(
    "address", ["", "officer", "a@b", "a@b.c\nBcc: x@example.org", "a b@example.org", "x" * 250 + "@example.org"]
)
def test_an_invalid_address_is_refused_with_advice(telling_app: StaffedApp, address: str) -> None:
    refused = post(telling_app.make_client("officer"), "/staff/account/email", email=address)
    assert refused.status_code == 422 and "Enter an e-mail address such as name@example.org." in refused.text


def test_the_code_that_links_a_chat_is_shown_once_and_stored_as_a_hash(telling_app: StaffedApp, now: datetime) -> None:
    page = post(telling_app.make_client("officer"), "/staff/account/telegram").text
    code = page.partition("https://t.me/cardec_bot?start=")[2].partition('"')[0]
    assert len(code) >= 32 and f"/start {code}" in page
    with reading(telling_app.source.engine) as connection:
        assert find_link_code(connection, code, now=now) is None
    assert start_linking(telling_app.source.engine, "officer", language="en", now=now) != code


def test_an_administrator_sees_an_unsent_message_and_sends_it_again(telling_app: StaffedApp, now: datetime) -> None:
    engine, moment = telling_app.source.engine, datetime(2026, 1, 1, tzinfo=UTC)
    message = Message(
        channel=Channel.TELEGRAM,
        recipient="officer",
        kind=NoticeKind.RETURN_DUE,
        subject="subject",
        text="secret text",
        delivery_id="msg_1",
        created_at=now,
        next_attempt_at=moment,
    )
    with writing(engine) as connection:
        insert_messages(connection, [message])
        claimed = claim_message(connection, channels=[Channel.TELEGRAM], token="t", now=moment)
        assert claimed is not None
        finish_message(
            connection, claimed.id, token="t", state=MessageState.UNCONFIRMED, now=moment, error="did not answer"
        )
    client = telling_app.make_client("administrator")
    page = client.get("/admin/messages").text
    assert "not confirmed" in page and "did not answer" in page and "secret text" not in page
    done = post(client, "/admin/messages", message=str(claimed.id))
    assert done.status_code == 303 and "The message is queued again." in client.get(done.location).text
    with reading(engine) as connection:
        assert [message.state for message in read_messages(connection, limit=5)] == [MessageState.WAITING]
    assert post(client, "/admin/messages", message=str(claimed.id)).status_code == 422
    assert post(client, "/admin/messages", message="first").status_code == 422
