"""What a zip or a folder of returns may hold: each member becomes bytes or a finding, and nothing escapes."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from etl.returns.findings.finding import Finding
from etl.returns.workbook import bundle
from etl.returns.workbook.bundle import NESTED_ZIP, NOT_A_WORKBOOK, SYSTEM_FILE, BundleError, open_paths, open_zip
from etl.returns.workbook.gate import run_gate
from etl.returns.workbook.zip_directory import MAX_FILE_SIZE
from tests.returns.intake_cases import make_return_file
from tests.support.workbooks import set_declared_size, set_flag, zip_parts

GOOD = make_return_file()


def code_by_file(data: bytes) -> dict[str, str]:
    """What reading each member gives: the code of its finding, or what the gate says of its bytes."""
    found = {}
    for file in open_zip(data).files:
        read = file.read()
        if isinstance(read, Finding):
            found[file.name] = read.code
        else:
            gate = run_gate(file.base_name, read)
            found[file.name] = gate.findings[0].code if gate.findings else "good"
    return found


def test_members_are_taken_in_order_of_names_wherever_they_lie():
    data = zip_parts({"b/two.xlsx": GOOD, "a.xlsx": GOOD, "b/one.xlsx": GOOD})
    assert [file.name for file in open_zip(data).files] == ["a.xlsx", "b/one.xlsx", "b/two.xlsx"]
    assert set(code_by_file(data).values()) == {"good"}


def test_what_is_no_return_is_left_out_by_name_with_the_reason():
    names = {
        "photo.jpg": NOT_A_WORKBOOK,
        "inner.zip": NESTED_ZIP,
        "~$open.xlsx": SYSTEM_FILE,
        "__MACOSX/._a.xlsx": SYSTEM_FILE,
        ".DS_Store": SYSTEM_FILE,
    }
    found = open_zip(zip_parts({**dict.fromkeys(names, b"x"), "a.xlsx": GOOD}))
    assert {one.name: one.reason for one in found.skipped_files} == names
    assert [file.name for file in found.files] == ["a.xlsx"]


def test_a_member_of_another_kind_gets_the_advice_of_the_gate():
    data = zip_parts({"a.csv": b"1,2,3\n", "b.xlsx": b"", "c.xlsx": GOOD[:2000], "d.xlsx": GOOD})
    assert code_by_file(data) == {
        "a.csv": "file-text",
        "b.xlsx": "file-empty",
        "c.xlsx": "file-damaged",
        "d.xlsx": "good",
    }


def test_names_that_escape_are_labels_only_and_two_of_one_name_are_both_read():
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name in ("../../etc/a.xlsx", "/root/b.xlsx", "C:\\c.xlsx", "same.xlsx"):
            archive.writestr(ZipInfo(name), GOOD)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(ZipInfo("same.xlsx"), b"other bytes")
    names = [one.name for one in open_zip(file.getvalue()).files]
    assert names == ["C:/c.xlsx", "etc/a.xlsx", "root/b.xlsx", "same.xlsx", "same.xlsx"]
    assert not any(".." in name or name.startswith("/") for name in names)
    read = [one.read() for one in open_zip(file.getvalue()).files[-2:]]
    assert read == [GOOD, b"other bytes"]


class SilentInfo(ZipInfo):
    """A member whose name is UTF-8 though its header doesn't say so, as many programs write it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(), self.flag_bits & ~0x800


def test_a_khmer_name_is_read_as_it_was_written_and_control_letters_are_not_shown():
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(SilentInfo("របាយការណ៍/បុសខ្នុរ.xlsx"), GOOD)
        archive.writestr("សៀមរាប.xlsx", GOOD)
        archive.writestr("a\x1b[31m.xlsx", GOOD)
    names = [one.name for one in open_zip(file.getvalue()).files]
    assert names == ["a?[31m.xlsx", "របាយការណ៍/បុសខ្នុរ.xlsx", "សៀមរាប.xlsx"]


def test_a_locked_or_strangely_packed_member_is_a_finding_and_the_others_are_read():
    locked = set_flag(zip_parts({"a.xlsx": GOOD}), 1)
    assert code_by_file(locked) == {"a.xlsx": "file-password"}
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", GOOD, compress_type=ZIP_LZMA)
        archive.writestr("b.xlsx", GOOD)
    broken = bytearray(file.getvalue())
    broken[60:90] = bytes(30)
    assert code_by_file(bytes(broken))["a.xlsx"] == "file-damaged"
    assert code_by_file(bytes(broken))["b.xlsx"] == "good"


def test_a_member_that_inflates_without_end_is_read_as_far_as_one_return_may_be():
    bomb = zip_parts({"a.xlsx": bytes(40 * 1024 * 1024), "b.xlsx": GOOD})
    read = open_zip(bomb).files[0].read()
    assert len(read) == MAX_FILE_SIZE + 1
    assert code_by_file(bomb) == {"a.xlsx": "file-too-big", "b.xlsx": "good"}
    lying = set_declared_size(bomb, "a.xlsx", 500)
    assert code_by_file(lying)["a.xlsx"] in ("file-damaged", "file-too-big", "file-unknown")
    assert code_by_file(lying)["b.xlsx"] == "good"


def test_all_members_together_have_a_limit_too(monkeypatch):
    data = zip_parts({f"{number}.xlsx": GOOD for number in range(5)})
    monkeypatch.setattr(bundle._Budget, "left", 3 * len(GOOD))
    assert list(code_by_file(data).values()) == ["good", "good", "file-inflates", "file-inflates", "file-inflates"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"PK\x05\x06" + bytes(10)])
def test_what_is_no_zip_is_told_in_one_sentence(data):
    with pytest.raises(BundleError, match="damaged"):
        open_zip(data)


def test_more_members_than_anybody_sends_are_refused_before_they_are_listed():
    data = zip_parts({f"{number}.xlsx": b"" for number in range(60_000)})
    with pytest.raises(BundleError, match="more than 5000"):
        open_zip(data)
    with pytest.raises(BundleError, match="more than 5000"):
        open_zip(zip_parts({f"{number}.xlsx": b"" for number in range(bundle.MAX_MEMBERS + 1)}))
    whole = open_zip(zip_parts({f"{number}.xlsx": b"" for number in range(bundle.MAX_MEMBERS)}))
    assert len(whole.files) == bundle.MAX_MEMBERS


def test_a_folder_is_gone_through_to_its_depths_and_a_zip_beside_it_is_opened(tmp_path: Path):
    (tmp_path / "year" / "2025").mkdir(parents=True)
    (tmp_path / "year" / "2025" / "one.xlsx").write_bytes(GOOD)
    (tmp_path / "year" / "notes.txt").write_text("x")
    (tmp_path / "more.zip").write_bytes(zip_parts({"two.xlsx": GOOD}))
    renamed = tmp_path / "book.zip"
    renamed.write_bytes(GOOD)
    found = open_paths([tmp_path / "year", tmp_path / "more.zip", renamed, tmp_path / "absent.xlsx"])
    assert [file.name for file in found.files] == ["2025/one.xlsx", "two.xlsx", "book.zip"]
    assert [(one.name, one.reason) for one in found.skipped_files] == [("notes.txt", NOT_A_WORKBOOK)]
    assert all(file.read() == GOOD for file in found.files)
