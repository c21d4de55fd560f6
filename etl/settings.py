"""Settings from environment variables. No other module reads the environment."""

import os
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit

from etl.errors import CardecError
from etl.publisher import LICENCES, Publisher
from etl.publisher.iati import NO_SETTINGS, IatiSettings, make_iati_settings

DEFAULT_DATABASE = "sqlite:///var/cardec.db"
DEFAULT_BACKUP_FOLDER = "var/backups"
SAMPLE_DATABASE = "sqlite:///var/sample.db"
"""The database of the sample. `DATABASE_URL` doesn't apply to it, so the sample never touches a real database."""

CAMBODIA = timezone(timedelta(hours=7), "Asia/Phnom_Penh")
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
MIN_SECRET_LENGTH = 32
DEFAULT_FIELD_SOURCES = "data/sources"
DEFAULT_TELEGRAM_API = "https://api.telegram.org"
_BASE_PATH = re.compile(r"(?!/km(/|$))(/[A-Za-z0-9_-]+)*")
_MAIL_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")

_POSTGRES = ("postgres://", "postgresql://", "postgresql+psycopg2://")
_PSYCOPG = "postgresql+psycopg://"


class SettingsError(CardecError):
    """Settings are invalid. `errors` has one sentence for each error."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__(" ".join(errors))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class NotificationSettings:
    """Settings of the channels of messages; a channel without settings is off. Its `repr` shows no secrets."""

    telegram_token: str = field(default="", repr=False)
    """The token of the Telegram bot."""
    telegram_bot: str = ""
    """The name of the bot, such as `cardec_bot`, with which people link their account."""
    telegram_api_url: str = DEFAULT_TELEGRAM_API
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    """`starttls`, `tls` or, on this machine only, `none`."""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    mail_from: str = ""
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)

    @property
    def has_telegram(self) -> bool:
        return bool(self.telegram_token)

    @property
    def has_mail(self) -> bool:
        return bool(self.smtp_host)

    @property
    def has_webhook(self) -> bool:
        return bool(self.webhook_url)

    @property
    def is_enabled(self) -> bool:
        """Whether any channel is set up."""
        return self.has_telegram or self.has_mail or self.has_webhook

    def list_errors(self, public_address: str) -> list[str]:
        """Return a sentence for each setting that is missing or invalid."""
        errors = []
        if self.has_telegram and not self.telegram_bot:
            errors.append("TELEGRAM_BOT must be the name of the bot whose token TELEGRAM_TOKEN is, such as cardec_bot.")
        if self.smtp_security not in ("starttls", "tls", "none"):
            errors.append(f"SMTP_SECURITY must be starttls, tls or none, not {self.smtp_security!r}.")
        if self.has_mail and self.smtp_security == "none" and self.smtp_host not in LOOPBACK_HOSTS:
            errors.append("SMTP_SECURITY=none is for a mail server on this machine only.")
        if self.has_mail and not _MAIL_ADDRESS.fullmatch(self.mail_from):
            errors.append("MAIL_FROM must be the address from which messages are sent, such as cardec@example.org.")
        if self.has_webhook and len(self.webhook_secret) < MIN_SECRET_LENGTH:
            errors.append(f"WEBHOOK_SECRET must hold at least {MIN_SECRET_LENGTH} random characters.")
        if self.is_enabled and not public_address:
            errors.append("PUBLIC_ADDRESS must be set before messages are sent: they link to it.")
        return errors


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process. Its `repr` shows no secrets."""

    database_url: str = DEFAULT_DATABASE
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8050
    proxies: int = 0
    """The number of trusted proxies in front of the server, which set the visitor's address."""
    session_cookie_secure: bool = False
    public_only: bool = False
    public_address: str = ""
    """The public URL, such as `https://cardec.example.org`; blank only where nobody else reaches the server."""
    base_path: str = ""
    """The path below which the server is reached, such as `/cardec`; blank for the root of its host."""
    backup_folder: str = DEFAULT_BACKUP_FOLDER
    """The folder of scheduled backups and of those before an update."""
    backup_hours: int = 0
    """After so many hours the worker makes a backup; 0: never."""
    backup_keep: int = 14
    """The number of backups that a scheduled one leaves in the folder."""
    backup_key: str = field(default="", repr=False)
    """The key with which backups are encrypted; blank: they are not."""
    operations_token: str = ""
    """The bearer token with which `/ready` and `/metrics` are read from other machines; blank: from this one only."""
    metrics_folder: str = ""
    """The folder in which several web processes add up their metrics; blank for one process."""
    log_json: bool = False
    """Whether log lines are JSON, and each request is logged."""
    iati: IatiSettings = NO_SETTINGS
    data_licence: str = ""
    """The licence of published figures, a key of LICENCES; blank if none is given."""
    contact: str = ""
    """The e-mail address or URL for questions about published figures."""
    notifications: NotificationSettings = NotificationSettings()
    field_sources: str = DEFAULT_FIELD_SOURCES
    """The folder of the sources of field data."""
    field_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The secret of each source of field data, by its name."""
    fixed_now: datetime | None = None

    def __repr__(self) -> str:
        return f"Settings(host={self.host!r}, port={self.port}, database={self.database_kind})"

    @property
    def database_kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.database_url.partition(":")[0].partition("+")[0]

    @property
    def is_loopback(self) -> bool:
        """Whether the server is reachable from its own machine only."""
        return self.host in LOOPBACK_HOSTS

    @property
    def address(self) -> str:
        """The URL of the server according to its settings."""
        return self.public_address or f"http://{self.host}:{self.port}"

    @property
    def publisher(self) -> Publisher:
        """What editions say of who publishes them."""
        return Publisher(
            address=self.public_address,
            licence=self.data_licence,
            contact=self.contact,
            iati=self.iati,
        )

    @property
    def is_sample(self) -> bool:
        """Whether the database is the sample's database."""
        return self.database_kind == "sqlite" and self.database_url.endswith("/sample.db")

    def now(self) -> datetime:
        """Return the current time in Cambodia, or the time fixed by `CLOCK`."""
        return self.fixed_now or datetime.now(CAMBODIA)

    def today(self) -> date:
        """Return the current date in Cambodia, which deadlines refer to."""
        return self.now().date()

    def check_server(self, *, has_sample_accounts: bool = False) -> None:
        """Raise SettingsError with every reason why a web server must not start with these settings."""
        errors = []
        if len(self.secret_key) < MIN_SECRET_LENGTH:
            errors.append(
                f"SECRET_KEY must hold at least {MIN_SECRET_LENGTH} random characters before the server starts; "
                'make one with: python -c "import secrets; print(secrets.token_hex(32))".'
            )
        if has_sample_accounts and not self.is_sample:
            errors.append(
                "This database contains sample accounts but is not the sample's database. Remove the accounts first."
            )
        if (has_sample_accounts or self.is_sample) and not self.is_loopback:
            errors.append(f"The sample must be served on loopback, not on HOST={self.host}.")
        if self.fixed_now and not self.is_loopback:
            errors.append("CLOCK fixes the time for tests. Unset it on a server that others reach.")
        if not self.public_only and not self.public_address and (not self.is_loopback or self.proxies):
            errors.append(
                "PUBLIC_ADDRESS must be the address at which others reach this server, such as "
                "https://cardec.example.org: one-time links and reminders name it, never what a request claims."
            )
        if self.operations_token and len(self.operations_token) < MIN_SECRET_LENGTH:
            errors.append(f"OPERATIONS_TOKEN must hold at least {MIN_SECRET_LENGTH} random characters.")
        if errors:
            raise SettingsError(tuple(errors))


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from environment variables. Blank variables have their defaults.

    Raises SettingsError with every error.
    """
    reader = _Reader({name: value.strip() for name, value in environ.items()})
    host = reader.read_text("HOST", Settings.host)
    settings = Settings(
        database_url=reader.read_database_url("DATABASE_URL"),
        secret_key=reader.read_text("SECRET_KEY", ""),
        host=host,
        port=reader.read_number("PORT", Settings.port, least=1, most=65535),
        proxies=reader.read_number("PROXIES", Settings.proxies, least=0, most=5),
        session_cookie_secure=reader.read_switch("SESSION_COOKIE_SECURE", host not in LOOPBACK_HOSTS),
        public_only=reader.read_switch("PUBLIC_ONLY", False),
        public_address=reader.read_address("PUBLIC_ADDRESS"),
        base_path=reader.read_base_path("BASE_PATH", "PUBLIC_ADDRESS"),
        backup_folder=reader.read_text("BACKUP_FOLDER", DEFAULT_BACKUP_FOLDER),
        backup_hours=reader.read_number("BACKUP_HOURS", Settings.backup_hours, least=0, most=8760),
        backup_keep=reader.read_number("BACKUP_KEEP", Settings.backup_keep, least=1, most=10_000),
        backup_key=reader.read_text("BACKUP_KEY", ""),
        operations_token=reader.read_text("OPERATIONS_TOKEN", ""),
        metrics_folder=reader.read_text("PROMETHEUS_MULTIPROC_DIR", ""),
        log_json=reader.read_switch("LOG_JSON", host not in LOOPBACK_HOSTS),
        iati=_read_iati(reader),
        data_licence=reader.read_choice("DATA_LICENCE", LICENCES),
        contact=reader.read_contact("CONTACT"),
        notifications=_read_notifications(reader),
        field_sources=reader.read_text("FIELD_SOURCES", DEFAULT_FIELD_SOURCES),
        field_tokens=reader.read_pairs("FIELD_TOKENS"),
        fixed_now=reader.read_moment("CLOCK"),
    )
    if settings.backup_key and len(settings.backup_key) < MIN_SECRET_LENGTH:
        reader.errors.append(f"BACKUP_KEY must hold at least {MIN_SECRET_LENGTH} random characters.")
    reader.errors.extend(settings.notifications.list_errors(settings.public_address))
    if reader.errors:
        raise SettingsError(tuple(reader.errors))
    return settings


class _Reader:
    """Read and validate variables, and collect their errors."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.errors: list[str] = []

    def read_text(self, name: str, default: str) -> str:
        return self.environ.get(name) or default

    def read_choice(self, name: str, choices: Collection[str]) -> str:
        """Read one of the choices; blank when left out."""
        text = self.read_text(name, "")
        if text and text not in choices:
            self.errors.append(f"{name} must be one of {', '.join(choices)}, not {text!r}.")
        return text

    def read_contact(self, name: str) -> str:
        """Read an e-mail address or the URL of a page; blank when left out."""
        text = self.read_text(name, "")
        if text and not _MAIL_ADDRESS.fullmatch(text) and not re.fullmatch(r"https?://\S+", text):
            self.errors.append(f"{name} must be an e-mail address or the URL of a page, not {text!r}.")
        return text

    def read_number(self, name: str, default: int, *, least: int, most: int) -> int:
        text = self.read_text(name, str(default))
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        self.errors.append(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
        return default

    def read_switch(self, name: str, default: bool) -> bool:
        text = self.read_text(name, "1" if default else "0")
        if text not in ("0", "1"):
            self.errors.append(f"{name} must be 1 (yes) or 0 (no), not {text!r}.")
        return text == "1"

    def read_address(self, name: str) -> str:
        """Read the URL of a server: its scheme and host, and the path below which it is reached."""
        text = self.read_text(name, "").rstrip("/")
        parts = urlsplit(text)
        is_plain = text == f"{parts.scheme}://{parts.netloc}{parts.path}" and _BASE_PATH.fullmatch(parts.path)
        if text and (parts.scheme not in ("http", "https") or not parts.netloc or not is_plain):
            self.errors.append(f"{name} must be the server's address such as https://cardec.example.org, not {text!r}.")
        return text

    def read_base_path(self, name: str, address_name: str) -> str:
        """Read the path below which the server is reached; when left out, that of its address."""
        address = self.read_text(address_name, "").rstrip("/")
        own_path = urlsplit(address).path if "://" in address else ""
        path = self.read_text(name, own_path).rstrip("/")
        if not _BASE_PATH.fullmatch(path):
            self.errors.append(f"{name} must be a path such as /cardec, of letters, digits and hyphens, not {path!r}.")
        elif address and path != own_path:
            self.errors.append(f"{address_name} must end with the path of {name}, {path!r}; it ends with {own_path!r}.")
        return path

    def read_url(self, name: str, default: str = "") -> str:
        """Read a URL that this server calls: with https, except on this machine."""
        text = self.read_text(name, default).rstrip("/")
        parts = urlsplit(text)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)
        if text and not (is_safe and parts.hostname):
            self.errors.append(f"{name} must be an address that begins with https://.")
        return text

    def read_pairs(self, name: str) -> dict[str, str]:
        """Read words such as `farmers=SECRET`. Error messages don't repeat them."""
        words = [word.partition("=") for word in self.read_text(name, "").split()]
        if not all(key and value for key, _, value in words):
            self.errors.append(f"{name} must be words such as NAME=SECRET, with a space between them.")
        return {key: value for key, _, value in words}

    def read_moment(self, name: str) -> datetime | None:
        text = self.read_text(name, "")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.errors.append(f"{name} must be a day and time such as 2025-11-03T08:00, not {text!r}.")
            return None
        return moment.astimezone(CAMBODIA) if moment.tzinfo else moment.replace(tzinfo=CAMBODIA)

    def read_database_url(self, name: str) -> str:
        """Read a database URL for SQLAlchemy. Error messages don't repeat it: it may contain a password."""
        text = self.read_text(name, DEFAULT_DATABASE)
        for prefix in _POSTGRES:
            if text.startswith(prefix):
                text = _PSYCOPG + text.removeprefix(prefix)
        if text.startswith(_PSYCOPG):
            if not urlsplit(text).path.strip("/"):
                self.errors.append(f"{name} has no database name. Write postgresql://user:password@host/database.")
        elif not text.startswith("sqlite:///") or text == "sqlite:///":
            self.errors.append(f"{name} must start with postgresql:// or sqlite:/// and name a database.")
        return text


def _read_notifications(reader: _Reader) -> NotificationSettings:
    """Read the settings of the channels of messages."""
    return NotificationSettings(
        telegram_token=reader.read_text("TELEGRAM_TOKEN", ""),
        telegram_bot=reader.read_text("TELEGRAM_BOT", "").removeprefix("@"),
        telegram_api_url=reader.read_url("TELEGRAM_API_URL", DEFAULT_TELEGRAM_API),
        smtp_host=reader.read_text("SMTP_HOST", ""),
        smtp_port=reader.read_number("SMTP_PORT", NotificationSettings.smtp_port, least=1, most=65535),
        smtp_security=reader.read_text("SMTP_SECURITY", NotificationSettings.smtp_security),
        smtp_user=reader.read_text("SMTP_USER", ""),
        smtp_password=reader.read_text("SMTP_PASSWORD", ""),
        mail_from=reader.read_text("MAIL_FROM", ""),
        webhook_url=reader.read_url("WEBHOOK_URL"),
        webhook_secret=reader.read_text("WEBHOOK_SECRET", ""),
    )


def _read_iati(reader: _Reader) -> IatiSettings:
    """Read the settings of the IATI file of editions."""
    return make_iati_settings(
        reader.errors,
        organisation=reader.read_text("IATI_ORGANISATION", ""),
        name=reader.read_text("IATI_ORGANISATION_NAME", NO_SETTINGS.name),
        organisation_type=reader.read_text("IATI_ORGANISATION_TYPE", NO_SETTINGS.organisation_type),
        partners=reader.read_text("IATI_PARTNERS", ""),
        sectors=reader.read_text("IATI_SECTORS", ""),
        countries=reader.read_text("IATI_COUNTRIES", ""),
    )


def make_program_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of another program: this process's own, and more variables."""
    return {**os.environ, **variables}


def make_sample_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a sample server: its database, loopback and a new secret; the rest unchanged."""
    return {
        **(os.environ if environ is None else environ),
        "DATABASE_URL": SAMPLE_DATABASE,
        "HOST": "127.0.0.1",
        "SECRET_KEY": secrets.token_hex(32),
        "SESSION_COOKIE_SECURE": "0",
        "PUBLIC_ONLY": "0",
        "PROXIES": "0",
        # Invented returns tell nobody.
        "TELEGRAM_TOKEN": "",
        "SMTP_HOST": "",
        "WEBHOOK_URL": "",
    }
