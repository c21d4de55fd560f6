"""Read the submissions of a form from KoboToolbox or ODK Central, page by page, with retries."""

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlsplit

from etl.errors import TranslatableError
from etl.locale import N_
from etl.remote.http_client import HttpError, HttpResponse, send_request

MAX_PAGE_BYTES = 64 * 1024 * 1024
MAX_SUBMISSIONS = 200_000
KOBO_PAGE_SIZE = 1000
"""The largest page that KoboToolbox sends."""
ODK_PAGE_SIZE = 500
WAITS = (1.0, 5.0, 20.0, 60.0)
"""Seconds before each repeated request, unless the server asks for another wait."""
MAX_WAIT = 300.0
_MAX_READINGS = 3
"""How often a form is read again because submissions came or went meanwhile."""

Sleep = Callable[[float], None]


class FieldDataError(TranslatableError):
    """The submissions can't be read. Nothing was changed."""


class Platform(StrEnum):
    """A field data platform."""

    KOBO = "kobo"
    ODK = "odk"


@dataclass(frozen=True, kw_only=True)
class FieldConnection:
    """A form on a server, and the secret with which it is read."""

    platform: Platform
    server: str
    form: str
    """The form: the asset's uid of KoboToolbox, the form ID of ODK Central."""
    project: int = 0
    """The project's number in ODK Central."""
    secret: str = field(default="", repr=False)
    """The API token of KoboToolbox; `e-mail:password` or a session token of ODK Central."""


@dataclass(frozen=True)
class Submission:
    """A submission: its ID, whether reviewers rejected it, and its fields, nested or with paths as names."""

    id: str
    is_rejected: bool
    fields: Mapping[str, Any] = field(repr=False)


def fetch_submissions(
    connection: FieldConnection,
    *,
    sleep: Sleep = time.sleep,
    report_progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Submission, ...]:
    """Return every submission of the form once, in the order of the server. Raises FieldDataError.

    When the server counts differently from page to page, because some came or went meanwhile, the form is read again:
    pages that begin at a number would repeat or lack some.
    """
    for _ in range(_MAX_READINGS):
        submissions, counts = _read_all_pages(connection, sleep, report_progress)
        if counts == {len(submissions)}:
            return tuple(submissions.values())
    raise FieldDataError(
        N_("The server says that the form has {count} submissions, but it sent {read}. Try again later."),
        count=max(counts),
        read=len(submissions),
    )


def _read_all_pages(
    connection: FieldConnection, sleep: Sleep, report_progress: Callable[[int, int], None]
) -> tuple[dict[str, Submission], set[int]]:
    """Return the submissions by ID, and the server's counts on the pages."""
    submissions: dict[str, Submission] = {}
    url, counts, seen = _make_first_url(connection), set[int](), set[str]()
    while url:
        if url in seen:
            raise FieldDataError(N_("The server sent the same page twice. Try again later."))
        seen.add(url)
        page = _fetch_page(connection, url, sleep)
        rows, count, url = _read_page(connection, page)
        counts.add(count)
        for row in rows:
            submission = _make_submission(connection.platform, row)
            submissions[submission.id] = submission
        if max(count, len(submissions)) > MAX_SUBMISSIONS:
            raise FieldDataError(N_("The form has more than {most} submissions."), most=MAX_SUBMISSIONS)
        report_progress(len(submissions), max(count, len(submissions), 1))
    return submissions, counts


def _make_first_url(connection: FieldConnection) -> str:
    form = quote(connection.form, safe="")
    if connection.platform is Platform.KOBO:
        return f"{connection.server}/api/v2/assets/{form}/data/?format=json&start=0&limit={KOBO_PAGE_SIZE}"
    path = f"/v1/projects/{connection.project}/forms/{form}.svc/Submissions"
    return f"{connection.server}{path}?%24top={ODK_PAGE_SIZE}&%24count=true&%24expand=*"


def _read_page(connection: FieldConnection, page: Any) -> tuple[Sequence[Any], int, str]:
    """Return the rows of a page, the server's count, and the address of the next page; blank after the last."""
    is_kobo = connection.platform is Platform.KOBO
    names = ("results", "count", "next") if is_kobo else ("value", "@odata.count", "@odata.nextLink")
    if not isinstance(page, Mapping):
        page = {}
    rows, count, following = (page.get(name) for name in names)
    if not isinstance(rows, list) or not isinstance(count, int) or not isinstance(following, str | None):
        raise FieldDataError(
            N_("The response of the server is not a list of submissions. Check the address of the form.")
        )
    if following and _get_origin(following) != _get_origin(connection.server):
        # The next address would get the secret.
        raise FieldDataError(N_("The server names another server for the next page: {host}."), host=following[:80])
    return rows, count, following or ""


def _get_origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _make_submission(platform: Platform, row: Any) -> Submission:
    names = ("_id", "_validation_status", "uid") if platform is Platform.KOBO else ("__id", "__system", "reviewState")
    number = row.get(names[0]) if isinstance(row, Mapping) else None
    if not isinstance(number, str | int) or str(number) == "":
        raise FieldDataError(N_("A submission of the server has no ID. Check the address of the form."))
    status = row.get(names[1])
    review = status.get(names[2]) if isinstance(status, Mapping) else None
    return Submission(str(number), review in ("rejected", "validation_status_not_approved"), row)


def _fetch_page(connection: FieldConnection, url: str, sleep: Sleep) -> Any:
    """Return the JSON of a page; retry a busy or failing server after growing waits."""
    headers = {"Authorization": _make_authorization(connection)}
    problem = ""
    for wait in (*WAITS, None):
        delay = wait
        try:
            response = send_request("GET", url, headers=headers, max_bytes=MAX_PAGE_BYTES)
        except HttpError as error:
            problem = str(error)
        else:
            if response.is_success:
                return _parse(response)
            _check_refusal(response, connection)
            problem = f"{urlsplit(url).hostname}: HTTP {response.status}"
            if wait is not None and response.retry_after is not None:
                delay = min(response.retry_after, MAX_WAIT)
        if delay is not None:
            sleep(delay)
    raise FieldDataError(
        N_("The response of the server is invalid ({problem}). Nothing was changed. Try again later."),
        problem=problem,
    )


def _parse(response: HttpResponse) -> Any:
    """Return the body with exact decimal numbers; None where it is no JSON."""
    try:
        return json.loads(response.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _check_refusal(response: HttpResponse, connection: FieldConnection) -> None:
    if response.status in (401, 403):
        raise FieldDataError(
            N_("{server} refused the secret in FIELD_TOKENS, or its owner may not see the form."),
            server=connection.server,
        )
    if response.status == 404:
        raise FieldDataError(
            N_("{server} has no form {form}. Check `form` and `project` of the source."),
            server=connection.server,
            form=connection.form,
        )
    if not response.is_retryable:
        raise FieldDataError(
            N_("The response of the server is invalid ({problem}). Nothing was changed. Try again later."),
            problem=f"HTTP {response.status}",
        )


def _make_authorization(connection: FieldConnection) -> str:
    if connection.platform is Platform.KOBO:
        return f"Token {connection.secret}"
    if ":" in connection.secret:
        return "Basic " + base64.b64encode(connection.secret.encode()).decode()
    return f"Bearer {connection.secret}"
