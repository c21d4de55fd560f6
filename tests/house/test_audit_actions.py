"""Every action that the audit log stores has a label that says what happened."""

import re
from pathlib import Path

from etl.indicators.vocabulary import ReturnState
from etl.locale import LANGUAGES, get_locale
from etl.wording.accounts import AUDIT_ACTION_LABELS, describe_action
from etl.wording.audit import describe_detail

CODE = Path(__file__).resolve().parents[2] / "etl"
STORED_ACTION = re.compile(r'AuditEvent\([^()]*?action="([a-z -]+)"', re.DOTALL)


def test_every_action_in_the_code_has_a_label_in_both_languages() -> None:
    actions = {action for path in CODE.rglob("*.py") for action in STORED_ACTION.findall(path.read_text())}
    assert {"plan loaded", "return decided", "export"} <= actions <= AUDIT_ACTION_LABELS.keys()
    for action in AUDIT_ACTION_LABELS:
        english, khmer = (describe_action(action, get_locale(language)) for language in LANGUAGES)
        assert english != khmer, action


def test_an_action_without_a_label_is_shown_as_it_is_stored() -> None:
    assert describe_action("older action", get_locale("km")) == "older action"


def test_the_states_that_the_audit_log_stores_are_shown_in_words() -> None:
    for state in ReturnState:
        shown = {describe_detail(f"return 7 {state.value}", get_locale(language)) for language in LANGUAGES}
        assert len(shown) == len(LANGUAGES) and not any("_" in text for text in shown), state
        assert f"return 7: {state.value.replace('_', ' ')}" in shown
    assert describe_detail("deactivated", get_locale("en")) == "closed"
