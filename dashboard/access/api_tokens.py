"""API tokens of requests: the header that carries one, and the responses that refuse it."""

import json

from flask import Request, Response

from etl.use_cases.accounts.api_tokens import WINDOW, TokenOutcome

_SCHEME = "bearer "
_CHALLENGE = 'Bearer realm="CARDEC"'
_NO_TOKEN = (
    "This address needs an API token: send the header 'Authorization: Bearer ' with a token from your account page."
)
_INVALID = "The API token is unknown, expired or revoked. Create a new one on your account page."
_RATE_LIMITED = "Too many invalid API tokens came from this address. Wait 15 minutes and try again."
_OVERUSED = "Too many requests came with this API token. Wait 15 minutes, and then ask less often."
_TOO_MANY = {TokenOutcome.RATE_LIMITED: _RATE_LIMITED, TokenOutcome.OVERUSED: _OVERUSED}


def read_bearer_token(request: Request) -> str | None:
    """Return the token of the header `Authorization: Bearer ...`; None without such a header."""
    header = request.headers.get("Authorization", "")
    return header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else None


def make_token_refusal(outcome: TokenOutcome | None = None) -> Response:
    """Return the JSON response to a token that isn't valid; without an outcome, to a request without a token."""
    if outcome in _TOO_MANY:
        return _make_response(429, _TOO_MANY[outcome], {"Retry-After": str(int(WINDOW.total_seconds()))})
    if outcome is TokenOutcome.REFUSED:
        return _make_response(401, _INVALID, {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'})
    return _make_response(401, _NO_TOKEN, {"WWW-Authenticate": _CHALLENGE})


def _make_response(status: int, error: str, headers: dict[str, str]) -> Response:
    return Response(json.dumps({"error": error}), status, headers, mimetype="application/json")
