"""Forms from a cache: `build_form` gives the same bytes for the same inputs, so tests share them."""

from collections.abc import Mapping
from typing import Any

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.returns.form.build import build_form

_FORMS: dict[tuple[object, ...], bytes] = {}


def get_form(
    plan: Plan, version: int, site: str, quarter: Quarter, *, entries: Mapping[str, object], **contents: Any
) -> bytes:
    """Return the form with these contents, built at their first use in this process.

    The contents are compared as they are written in Python, since 3 equals Decimal("3.0") and is another text.
    """
    key = (plan, version, site, quarter, repr(dict(entries)), repr(sorted(contents.items())))
    if key not in _FORMS:
        _FORMS[key] = build_form(plan, version, site, quarter, entries=entries, **contents)
    return _FORMS[key]
