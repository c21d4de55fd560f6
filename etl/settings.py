"""What the environment decides: the only reader of its variables, with every fault named at once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit

from etl.errors import CardecError

DEFAULT_DATABASE = "sqlite:///var/cardec.db"
SAMPLE_DATABASE = "sqlite:///var/sample.db"
"""Where the invented returns live, whatever `DATABASE_URL` says: they never touch a real database."""

CAMBODIA = timezone(timedelta(hours=7), "Asia/Phnom_Penh")
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
MIN_SECRET_LENGTH = 32

_POSTGRES = ("postgres://", "postgresql://", "postgresql+psycopg2://")
_PSYCOPG = "postgresql+psycopg://"


class SettingsError(CardecError):
    """The environment says something that can't be followed; `faults` has one sentence for each fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one process was told when it started. Secrets stay out of its `repr`."""

    database_url: str = DEFAULT_DATABASE
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8050
    proxies: int = 0
    """How many proxies stand before the server, whose word on the visitor's address is believed."""
    session_cookie_secure: bool = False
    public_only: bool = False
    public_address: str = ""
    """How others reach the server, such as `https://cardec.example.org`; blank: as the request did."""
    iati_organisation: str = ""
    """The registered identifier of the organisation that reports to IATI; blank: it has none yet."""
    fixed_now: datetime | None = None

    def __repr__(self) -> str:
        return f"Settings(host={self.host!r}, port={self.port}, database={self.database_kind})"

    @property
    def database_kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.database_url.partition(":")[0].partition("+")[0]

    @property
    def is_loopback(self) -> bool:
        """Whether the server can be reached from its own machine only."""
        return self.host in LOOPBACK_HOSTS

    @property
    def address(self) -> str:
        """How the server is reached, as far as its settings know."""
        return self.public_address or f"http://{self.host}:{self.port}"

    @property
    def is_sample(self) -> bool:
        """Whether the database is the sample's own."""
        return self.database_kind == "sqlite" and self.database_url.endswith("/sample.db")

    def now(self) -> datetime:
        """This moment in Cambodia, with its zone; a fixed one where `CLOCK` says so."""
        return self.fixed_now or datetime.now(CAMBODIA)

    def today(self) -> date:
        """The Cambodian day, by which returns are due."""
        return self.now().date()

    def check_server(self, *, has_sample_accounts: bool = False) -> None:
        """Nothing when a web server may start with these settings; SettingsError with every reason when not."""
        faults = []
        if len(self.secret_key) < MIN_SECRET_LENGTH:
            faults.append(
                f"SECRET_KEY must hold at least {MIN_SECRET_LENGTH} random characters before the server starts; "
                'make one with: python -c "import secrets; print(secrets.token_hex(32))".'
            )
        if has_sample_accounts and not self.is_sample:
            faults.append("This database is not the sample's but holds sample accounts: remove them first.")
        if (has_sample_accounts or self.is_sample) and not self.is_loopback:
            faults.append(f"The sample is served on loopback only, not on HOST={self.host}.")
        if self.fixed_now and not self.is_loopback:
            faults.append("CLOCK stops the clock for tests; a server that others reach must not set it.")
        if faults:
            raise SettingsError(tuple(faults))


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment names, defaults elsewhere; SettingsError with every fault at once.

    A blank variable counts as one that is not set.
    """
    reader = _Reader({name: value.strip() for name, value in environ.items()})
    host = reader.text("HOST", Settings.host)
    settings = Settings(
        database_url=reader.database("DATABASE_URL"),
        secret_key=reader.text("SECRET_KEY", ""),
        host=host,
        port=reader.number("PORT", Settings.port, least=1, most=65535),
        proxies=reader.number("PROXIES", Settings.proxies, least=0, most=5),
        session_cookie_secure=reader.switch("SESSION_COOKIE_SECURE", host not in LOOPBACK_HOSTS),
        public_only=reader.switch("PUBLIC_ONLY", False),
        public_address=reader.origin("PUBLIC_ADDRESS"),
        iati_organisation=reader.text("IATI_ORGANISATION", ""),
        fixed_now=reader.moment("CLOCK"),
    )
    if reader.faults:
        raise SettingsError(tuple(reader.faults))
    return settings


class _Reader:
    """Reads one variable after another and keeps what is wrong with them, so that all of it is told at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name) or default

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        text = self.text(name, str(default))
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        self.faults.append(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
        return default

    def switch(self, name: str, default: bool) -> bool:
        text = self.text(name, "1" if default else "0")
        if text not in ("0", "1"):
            self.faults.append(f"{name} must be 1 (yes) or 0 (no), not {text!r}.")
        return text == "1"

    def origin(self, name: str) -> str:
        """The start of an address, without what follows the host."""
        text = self.text(name, "").rstrip("/")
        parts = urlsplit(text)
        if text and (
            parts.scheme not in ("http", "https") or not parts.netloc or text != f"{parts.scheme}://{parts.netloc}"
        ):
            self.faults.append(f"{name} must be the server's address such as https://cardec.example.org, not {text!r}.")
        return text

    def moment(self, name: str) -> datetime | None:
        text = self.text(name, "")
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            self.faults.append(f"{name} must be a day and time such as 2025-11-03T08:00, not {text!r}.")
            return None
        return found.astimezone(CAMBODIA) if found.tzinfo else found.replace(tzinfo=CAMBODIA)

    def database(self, name: str) -> str:
        """The address as SQLAlchemy takes it. A fault doesn't repeat it, since it may hold a password."""
        text = self.text(name, DEFAULT_DATABASE)
        for prefix in _POSTGRES:
            if text.startswith(prefix):
                text = _PSYCOPG + text.removeprefix(prefix)
        if text.startswith(_PSYCOPG):
            if not urlsplit(text).path.strip("/"):
                self.faults.append(f"{name} names no database: write postgresql://user:password@host/database.")
        elif not text.startswith("sqlite:///") or text == "sqlite:///":
            self.faults.append(f"{name} must start with postgresql:// or sqlite:/// and name a database.")
        return text


def make_sample_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a server of the sample: its own database, loopback, a new secret; all else as it is."""
    found = dict(os.environ if environ is None else environ)
    return {
        **found,
        "DATABASE_URL": SAMPLE_DATABASE,
        "HOST": "127.0.0.1",
        "SECRET_KEY": secrets.token_hex(32),
        "SESSION_COOKIE_SECURE": "0",
        "PUBLIC_ONLY": "0",
        "PROXIES": "0",
    }
