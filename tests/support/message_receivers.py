"""Receivers of messages on loopback: a Bot API, a mail server and a webhook, each with failures to answer first."""

import email
import email.policy
import json
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from etl.remote.delivery import sign_webhook
from etl.settings import NotificationSettings
from tests.support.local_servers import Answer, Request, serve

TOKEN, SECRET, PUBLIC = "123456:of-tests", "a secret of tests, at least 32 characters", "https://cardec.example"


@dataclass
class Receivers:
    """What arrived, in order, and the answers to give before anything arrives again."""

    delay: float = 0.0
    telegram: list[tuple[str, str]] = field(default_factory=list)
    """Chat and text."""
    mails: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Recipient, Message-ID, subject and text."""
    hooks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Delivery id and content."""
    updates: list[dict[str, Any]] = field(default_factory=list)
    """What people sent to the bot and Telegram has not forgotten."""
    telegram_failures: list[Answer] = field(default_factory=list)
    mail_failures: list[str] = field(default_factory=list)
    hook_failures: list[Answer] = field(default_factory=list)
    settings: NotificationSettings = NotificationSettings()

    @property
    def environment(self) -> dict[str, str]:
        """The settings as environment variables."""
        settings = self.settings
        return {
            "PUBLIC_ADDRESS": PUBLIC,
            "TELEGRAM_TOKEN": settings.telegram_token,
            "TELEGRAM_BOT": settings.telegram_bot,
            "TELEGRAM_API_URL": settings.telegram_api_url,
            "SMTP_HOST": settings.smtp_host,
            "SMTP_PORT": str(settings.smtp_port),
            "SMTP_SECURITY": settings.smtp_security,
            "MAIL_FROM": settings.mail_from,
            "WEBHOOK_URL": settings.webhook_url,
            "WEBHOOK_SECRET": settings.webhook_secret,
        }

    def answer_bot_call(self, request: Request) -> Answer:
        """Answer a call of the Bot API."""
        time.sleep(self.delay)
        parameters = json.loads(request.body)
        if request.path == f"/bot{TOKEN}/getUpdates":
            self.updates = [update for update in self.updates if update["update_id"] >= parameters["offset"]]
            return Answer(content={"ok": True, "result": self.updates})
        if request.path != f"/bot{TOKEN}/sendMessage":
            return Answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        if self.telegram_failures:
            return self.telegram_failures.pop(0)
        self.telegram.append((parameters["chat_id"], parameters["text"]))
        return Answer(content={"ok": True, "result": {"message_id": len(self.telegram)}})

    def answer_hook(self, request: Request) -> Answer:
        """Take a message whose signature is right."""
        time.sleep(self.delay)
        if self.hook_failures:
            return self.hook_failures.pop(0)
        delivery_id = request.headers["webhook-id"]
        signature = sign_webhook(SECRET, delivery_id, request.headers["webhook-timestamp"], request.body)
        if request.headers["webhook-signature"] != signature:
            return Answer(401, {})
        self.hooks.append((delivery_id, json.loads(request.body)))
        return Answer(204, b"")

    def take_mail(self, recipient: str, data: bytes) -> None:
        """Keep a mail."""
        mail = email.message_from_bytes(data, policy=email.policy.default)
        self.mails.append((recipient, mail["Message-ID"], mail["Subject"], mail.get_content()))


class _MailHandler(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as one message needs."""

    receivers: Receivers

    def handle(self) -> None:
        with suppress(OSError):
            self._converse()

    def _converse(self) -> None:
        self._reply("220 test server")
        recipient = ""
        while line := self.rfile.readline():
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb in ("EHLO", "HELO", "MAIL", "RSET"):
                self._reply("250 ok")
            elif verb == "RCPT":
                recipient = command.partition("<")[2].partition(">")[0]
                failure = self.receivers.mail_failures.pop(0) if self.receivers.mail_failures else ""
                if failure == "hang up":
                    return
                self._reply(failure or "250 ok")
            elif verb == "DATA":
                self._reply("354 go on")
                self._read_data(recipient)
            elif verb == "QUIT":
                self._reply("221 bye")
                return
            else:
                self._reply("502 unknown")

    def _read_data(self, recipient: str) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        time.sleep(self.receivers.delay)
        self.receivers.take_mail(recipient, b"".join(lines))
        self._reply("250 OK")

    def _reply(self, text: str) -> None:
        # The sender may have been killed.
        with suppress(OSError):
            self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def receive_messages() -> Iterator[Receivers]:
    """Serve all three receivers and yield them with the settings that reach them."""
    receivers = Receivers()
    handler = type("MailHandler", (_MailHandler,), {"receivers": receivers})
    with ExitStack() as servers:
        bot = servers.enter_context(serve(receivers.answer_bot_call))
        hook = servers.enter_context(serve(receivers.answer_hook))
        mail = servers.enter_context(_serve_mail(handler))
        receivers.settings = NotificationSettings(
            telegram_token=TOKEN,
            telegram_bot="cardec_test_bot",
            telegram_api_url=bot,
            smtp_host="127.0.0.1",
            smtp_port=mail,
            smtp_security="none",
            mail_from="cardec@example.org",
            webhook_url=f"{hook}/hook",
            webhook_secret=SECRET,
        )
        yield receivers


@contextmanager
def _serve_mail(handler: type[_MailHandler]) -> Iterator[int]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
