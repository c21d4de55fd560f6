"""The right people get messages about events and deadlines, in their language and channels, without numbers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from etl.database.connection import reading, writing
from etl.database.message_records import Channel, MessageState, Notice, NoticeKind, StoredMessage
from etl.database.message_tables import messages
from etl.database.read.audit import read_audit_events
from etl.database.read.messages import read_messages, read_open_notices
from etl.database.write.messages import write_notice
from etl.indicators.vocabulary import ReturnState, Role
from etl.jobs.notifier import Notifier, Process, start_notification_process
from etl.queries.data_source import DataSource
from etl.settings import NotificationSettings, Settings, read_settings
from etl.use_cases.accounts.own_account import save_own_language
from etl.use_cases.accounts.users import add_user, set_user_active
from etl.use_cases.notifications.contacts import remove_address, save_email, start_linking
from etl.use_cases.notifications.deliver import WAITS, needs_notification_run, run_notifications
from etl.use_cases.notifications.outbox import OutboxError, list_outbox, send_again
from etl.use_cases.returns.review import send_back_return
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.command_line import CommandLine
from tests.support.local_servers import Answer
from tests.support.message_receivers import PUBLIC, Receivers, receive_messages


class Office:
    """An office with an officer of site 01, an officer of all sites, a manager and receivers of their messages."""

    def __init__(self, engine: Engine, receivers: Receivers, now: datetime) -> None:
        self.engine, self.receivers, self.now = engine, receivers, now
        self.source = DataSource(engine)
        for name in ("offi", "only01", "mana"):
            save_own_language(engine, name, "en")
        self.workflow = ReturnWorkflow(engine, now)

    def run(self, *, now: datetime | None = None, settings: NotificationSettings | None = None):
        """Send what is due at a time."""
        chosen = self.receivers.settings if settings is None else settings
        return run_notifications(
            self.source, Settings(public_address=PUBLIC, notifications=chosen, fixed_now=now or self.now)
        )

    def give_email(self, *names: str, language: str = "en") -> None:
        """Give people an e-mail address, and forget the messages that try it."""
        for name in names:
            save_email(self.engine, name, f"{name}@example.org", language=language, now=self.now)
        self.run(now=self.now)
        self.receivers.mails.clear()
        self.receivers.hooks.clear()

    def list_messages(self) -> tuple[StoredMessage, ...]:
        with reading(self.engine) as connection:
            return read_messages(connection, limit=100)

    def let_time_pass(self) -> None:
        """Make every waiting message due."""
        with writing(self.engine) as connection:
            moment = self.now - timedelta(days=3650)
            connection.execute(update(messages).where(messages.c.state == "waiting").values(next_attempt_at=moment))


@pytest.fixture(scope="module")
def _receivers() -> Iterator[Receivers]:
    with receive_messages() as receivers:
        yield receivers


@pytest.fixture
def receivers(_receivers: Receivers) -> Receivers:
    for listed in (_receivers.telegram, _receivers.mails, _receivers.hooks, _receivers.updates):
        listed.clear()
    for failures in (_receivers.telegram_failures, _receivers.mail_failures, _receivers.hook_failures):
        failures.clear()
    return _receivers


@pytest.fixture
def at_work() -> datetime:
    """Return a day on which no return of the other plan is due soon or was due lately."""
    return datetime.fromisoformat("2025-06-10T09:00+07:00")


@pytest.fixture
def office(other_plan_run: CommandLine, open_database, receivers: Receivers, at_work: datetime) -> Office:
    return Office(open_database(other_plan_run.database_url), receivers, at_work)


@pytest.fixture
def small_office(sqlite_other_plan_run: CommandLine, open_database, receivers: Receivers, at_work: datetime) -> Office:
    """Return an office for tests that don't depend on the database."""
    return Office(open_database(sqlite_other_plan_run.database_url), receivers, at_work)


def test_managers_are_told_of_a_submission_and_its_sender_that_it_was_sent_back(office: Office) -> None:
    office.give_email("offi", "only01", "mana")
    number = office.workflow.upload_and_submit(actor="only01")
    office.run()
    ((recipient, _, subject, text),) = office.receivers.mails
    assert (recipient, subject) == ("mana@example.org", "CARDEC: Returns to review")
    assert "(01), 2025 Q1: submitted by only01" in text and f"{PUBLIC}/staff/returns/{number}" in text
    office.receivers.mails.clear()
    send_back_return(
        office.engine, number, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED, comment="31 is wrong"
    )
    office.run()
    ((recipient, _, subject, text),) = office.receivers.mails
    assert (recipient, subject) == ("only01@example.org", "CARDEC: A return was sent back to you")
    assert f"{PUBLIC}/staff/returns/{number}" in text and "31 is wrong" not in text
    assert [content["type"] for _, content in office.receivers.hooks] == ["return.submitted", "return.sent.back"]
    assert office.run().sent == 0


def test_a_message_is_in_the_language_of_its_receiver_and_links_to_it(small_office: Office) -> None:
    office = small_office
    save_own_language(office.engine, "mana", "km")
    office.give_email("mana")
    office.workflow.upload_and_submit()
    office.run()
    ((_, _, subject, text),) = office.receivers.mails
    assert subject == "CARDEC: របាយការណ៍ត្រូវពិនិត្យ"
    assert f"{PUBLIC}/km/staff/returns/" in text and f"{PUBLIC}/km/staff/account" in text


def test_no_reported_number_is_in_any_message(small_office: Office) -> None:
    office = small_office
    office.give_email("offi", "mana")
    plan_codes = {indicator.code for indicator in office.source.get_snapshot().plans.latest.indicators}
    office.workflow.upload_and_submit()
    office.run()
    texts = [text for *_, text in office.receivers.mails] + [str(content) for _, content in office.receivers.hooks]
    assert texts and not any(code in text for code in plan_codes for text in texts)
    for text in texts:
        known = r"2025 ?Q1|2025-06-10T02:00:00\+00:00|\(01\)|'01'|staff/returns/\d+"
        without_known = re.sub(known, "", text)
        assert not re.search(r"\d", without_known), without_known


def test_officers_are_reminded_14_and_3_days_before_the_due_day_and_everybody_when_it_passed(office: Office) -> None:
    office.give_email("only01", "mana")
    due = datetime.fromisoformat("2025-07-30T08:00+07:00")
    reminders: dict[int, list[tuple[str, str]]] = {}
    for days in (15, 14, 13, 4, 2, 1, 0, -1, -2):
        office.receivers.mails.clear()
        office.run(now=due - timedelta(days=days))
        reminders[days] = sorted((recipient, subject) for recipient, _, subject, _ in office.receivers.mails)
    soon, late = "CARDEC: Quarterly returns are due soon", "CARDEC: Quarterly returns are overdue"
    assert {days: messages for days, messages in reminders.items() if messages} == {
        14: [("only01@example.org", soon)],
        2: [("only01@example.org", soon)],
        -1: [("mana@example.org", late), ("only01@example.org", late)],
    }


def test_a_submitted_return_gives_no_reminder(small_office: Office) -> None:
    office = small_office
    office.give_email("only01")
    office.workflow.upload_and_submit(actor="only01", quarter="2025Q1")
    office.run(now=datetime.fromisoformat("2025-04-28T08:00+07:00"))
    assert not [mail for mail in office.receivers.mails if "due" in mail[2]]


def test_everybody_is_told_of_a_new_edition_with_its_public_address(small_office: Office) -> None:
    office = small_office
    office.give_email("offi", "mana")
    details = {"edition": "2025-Q1"}
    notice = Notice(kind=NoticeKind.EDITION_PUBLISHED, key="edition/2025-Q1", at=office.now, details=details)
    with writing(office.engine) as connection:
        assert write_notice(connection, notice) and not write_notice(connection, notice)
    office.run()
    assert sorted(recipient for recipient, *_ in office.receivers.mails) == ["mana@example.org", "offi@example.org"]
    assert f"{PUBLIC}/editions/2025-Q1" in office.receivers.mails[0][3]


def test_many_returns_are_one_message_to_each_manager(small_office: Office) -> None:
    office = small_office
    office.give_email("mana")
    for quarter in ("2024Q3", "2024Q4", "2025Q1"):
        office.workflow.upload_and_submit(quarter=quarter)
    office.run()
    ((*_, text),) = office.receivers.mails
    assert text.count("submitted by offi") == 3 and f"{PUBLIC}/staff/returns\r\n" in text
    assert len(office.receivers.hooks) == 3


def test_nothing_is_sent_and_nothing_leaves_without_settings(small_office: Office) -> None:
    office = small_office
    save_email(office.engine, "mana", "mana@example.org", language="en", now=office.now)
    office.workflow.upload_and_submit()
    settings = Settings(public_address=PUBLIC, fixed_now=office.now)
    assert not needs_notification_run(office.source, settings)
    assert office.run(settings=NotificationSettings()).sent == 0
    assert not office.list_messages() and not office.receivers.mails


def test_an_address_tells_only_of_what_happened_since_it_was_saved(small_office: Office) -> None:
    office = small_office
    office.workflow.upload_and_submit()
    save_email(office.engine, "mana", "mana@example.org", language="en", now=office.now + timedelta(hours=1))
    office.run(now=office.now + timedelta(hours=1))
    assert [subject for *_, subject, _ in office.receivers.mails] == ["CARDEC: Messages from CARDEC arrive here"]


def test_a_closed_account_and_a_removed_address_get_nothing(small_office: Office) -> None:
    office = small_office
    office.give_email("mana", "offi")
    add_user(office.engine, "boss", Role.ADMINISTRATOR, None, now=office.now, actor="test")
    office.give_email("boss")
    office.workflow.upload_and_submit(actor="only01")
    off = replace(office.receivers.settings, smtp_port=1)
    office.run(settings=off)
    set_user_active(office.engine, "mana", False, actor="test", now=office.now)
    remove_address(office.engine, "boss", Channel.EMAIL, now=office.now)
    office.let_time_pass()
    office.run()
    states = {message.recipient: message.state for message in office.list_messages() if "review" in message.subject}
    assert states == {"mana": MessageState.CANCELLED, "boss": MessageState.CANCELLED} and not office.receivers.mails


def test_a_failing_channel_does_not_stop_the_others(small_office: Office) -> None:
    office = small_office
    office.give_email("mana")
    office.receivers.hook_failures += [Answer(500, {})] * 2
    office.workflow.upload_and_submit()
    office.workflow.upload_and_submit(quarter="2024Q4")
    result = office.run()
    assert len(office.receivers.mails) == 1 and not office.receivers.hooks
    assert (result.sent, result.postponed) == (1, 1), "the second message waits for the next run"
    for _ in range(2):
        office.let_time_pass()
        office.run()
    assert len({delivery_id for delivery_id, _ in office.receivers.hooks}) == 2 == len(office.receivers.hooks)


def test_a_message_is_tried_again_with_growing_waits_and_then_given_up(small_office: Office) -> None:
    office = small_office
    office.give_email("mana")
    office.workflow.upload_and_submit()
    only_mail = replace(office.receivers.settings, webhook_url="", telegram_token="")
    waits = []
    for _ in range(len(WAITS) + 1):
        office.receivers.mail_failures.append("451 try later")
        office.run(settings=only_mail)
        message = office.list_messages()[0]
        if message.state is MessageState.WAITING and message.claimed_at is not None:
            waits.append(message.next_attempt_at - message.claimed_at)
        office.let_time_pass()
    assert all(abs(wait - expected) < timedelta(seconds=30) for wait, expected in zip(waits, WAITS, strict=True))
    assert (message.state, message.error) == (MessageState.FAILED, "The mail server answered 451.")
    assert office.run(settings=only_mail).sent == 0
    with reading(office.engine) as connection:
        events = [event for event in read_audit_events(connection) if event.actor == "notifications"]
    assert events[0].action == "message not sent" and events[0].subject == "user mana"
    send_again(office.engine, message.id, actor="mana", now=office.now)
    office.run(settings=only_mail)
    assert office.list_messages()[0].state is MessageState.SENT
    with pytest.raises(OutboxError):
        send_again(office.engine, message.id, actor="mana", now=office.now)


def test_a_refused_address_is_given_up_at_once(small_office: Office) -> None:
    office = small_office
    office.give_email("mana")
    office.workflow.upload_and_submit()
    office.receivers.mail_failures.append("550 no such user")
    office.run()
    outbox = list_outbox(office.engine, office.receivers.settings)
    assert outbox.counts[MessageState.FAILED] == 1 and outbox.people[Channel.EMAIL] == 1


def link_telegram(office: Office, name: str, chat: int, updates: int = 1) -> None:
    """Send the code of a person to the bot, after messages of strangers, and forget the messages that try it."""
    code = start_linking(office.engine, name, language="en", now=office.now)
    private = {"id": chat, "type": "private"}
    office.receivers.updates += [
        {"update_id": updates, "message": {"text": "/start guess", "chat": {"id": 666, "type": "private"}}},
        {"update_id": updates + 1, "message": {"text": f"/start {code}", "chat": {"id": 667, "type": "group"}}},
        {"update_id": updates + 2, "edited_message": {"text": "hello"}},
        {"update_id": updates + 3, "message": {"text": f"/start {code}", "chat": private}},
        {"update_id": updates + 4, "message": {"text": f"/start {code}", "chat": {"id": 668, "type": "private"}}},
    ]
    office.run()


def test_a_chat_is_linked_with_a_code_that_works_once(office: Office) -> None:
    link_telegram(office, "mana", 42)
    ((chat, text),) = office.receivers.telegram
    assert chat == "42" and "Messages from CARDEC arrive here" in text and not office.receivers.updates
    office.workflow.upload_and_submit()
    office.run()
    assert [chat for chat, _ in office.receivers.telegram] == ["42", "42"]


def test_telegram_asks_for_patience_and_is_obeyed(small_office: Office) -> None:
    office = small_office
    link_telegram(office, "mana", 42)
    office.workflow.upload_and_submit()
    slow_down = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 77}}
    office.receivers.telegram_failures.append(Answer(429, slow_down))
    office.run()
    message = next(message for message in office.list_messages() if message.channel is Channel.TELEGRAM)
    assert message.state is MessageState.WAITING and message.claimed_at is not None
    assert timedelta(seconds=76) < message.next_attempt_at - message.claimed_at < timedelta(seconds=107)
    assert "123456" not in message.error


def test_a_message_of_unknown_outcome_is_repeated_only_where_receivers_can_tell(small_office: Office) -> None:
    office = small_office
    link_telegram(office, "mana", 42)
    office.give_email("mana")
    office.workflow.upload_and_submit()
    office.receivers.telegram_failures.append(Answer(None))
    office.receivers.hook_failures.append(Answer(None))
    office.receivers.mail_failures.append("hang up")
    office.run()
    states = {message.channel: message.state for message in office.list_messages()[:3]}
    waiting, unconfirmed = MessageState.WAITING, MessageState.UNCONFIRMED
    assert states == {Channel.TELEGRAM: unconfirmed, Channel.EMAIL: waiting, Channel.WEBHOOK: waiting}
    office.let_time_pass()
    office.run()
    states = {message.channel: message.state for message in office.list_messages()[:3]}
    sent = MessageState.SENT
    assert states == {Channel.TELEGRAM: unconfirmed, Channel.EMAIL: sent, Channel.WEBHOOK: sent}


def test_a_notice_is_written_in_the_transaction_of_what_it_tells(office: Office) -> None:
    uploaded = office.workflow.upload().return_id
    assert uploaded is not None
    with reading(office.engine) as connection:
        assert not read_open_notices(connection)
    office.workflow.upload_and_submit(quarter="2024Q4")
    with reading(office.engine) as connection:
        assert [(notice.kind, notice.site) for notice in read_open_notices(connection)] == [("return submitted", "01")]


def test_the_worker_starts_a_process_that_sends(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office = small_office
    office.give_email("mana")
    office.workflow.upload_and_submit()
    environment = {
        "DATABASE_URL": str(office.engine.url),
        "CLOCK": office.now.isoformat(),
        **office.receivers.environment,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    processes: list[Process] = []

    def start() -> Process:
        processes.append(start_notification_process())
        return processes[-1]

    notifier = Notifier(office.source, read_settings(), start)
    notifier.start_if_needed()
    notifier.start_if_needed()
    assert [process.wait(120) for process in processes] == [0]
    notifier.start_if_needed()
    assert len(office.receivers.mails) == 1 == len(processes), "there is nothing more to send"
