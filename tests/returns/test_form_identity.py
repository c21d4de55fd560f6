"""Tests of form ids, signatures and checksums."""

import pytest

from etl.indicators.periods import Quarter
from etl.returns.form_identity import (
    FormIdentity,
    compute_label_checksum,
    format_form_id,
    is_signed,
    parse_form_id,
    sign_identity,
)

IDENTITY = FormIdentity("BKN", Quarter(2025, 3), 1)


def test_a_form_id_can_be_read_aloud_and_back():
    assert format_form_id("BKN", Quarter(2025, 3), 1) == "BKN-2025Q3-v1"
    assert parse_form_id(" BKN-2025Q3-v1 ") == IDENTITY


def test_a_site_code_may_hold_hyphens():
    identity = FormIdentity("north-2", Quarter(2030, 1), 12)
    assert parse_form_id(identity.form_id) == identity


@pytest.mark.parametrize("text", ["", "BKN", "BKN-2025Q5-v1", "BKN-2025Q3", "-2025Q3-v1", "BKN-2025Q3-v១"])
def test_other_text_is_not_a_form_id(text):
    with pytest.raises(ValueError, match="not a form id"):
        parse_form_id(text)


def test_a_signature_is_valid_only_for_its_form_and_key():
    signature = sign_identity(IDENTITY, b"secret")
    assert is_signed(IDENTITY, signature, b"secret")
    assert not is_signed(IDENTITY, signature, b"other")
    assert not is_signed(FormIdentity("BKN", Quarter(2025, 4), 1), signature, b"secret")
    assert not is_signed(IDENTITY, "ខុស", b"secret")


def test_a_checksum_changes_with_the_labels_but_not_with_spaces_around_them():
    checksum = compute_label_checksum("A-01", "Farmers", "កសិករ")
    assert compute_label_checksum("A-01", " Farmers ", "កសិករ") == checksum
    assert compute_label_checksum("A-01", "Farmers", "") != checksum
    assert compute_label_checksum("A-01", "Women", "កសិករ") != checksum
