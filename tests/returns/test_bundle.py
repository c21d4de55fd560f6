"""Zips and folders of returns: each member is read or becomes a finding, and no path escapes."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from etl.returns.findings.finding import Finding
from etl.returns.workbook import bundle
from etl.returns.workbook.bundle import NESTED_ZIP, NOT_A_WORKBOOK, SYSTEM_FILE, BundleError, open_paths, open_zip
from etl.returns.workbook.gate import run_gate
from etl.returns.workbook.limits import RETURN_LIMITS
from tests.returns.intake_cases import make_return_file
from tests.support.workbooks import set_declared_size, set_flag, zip_parts

GOOD = make_return_file()


def map_code_by_file(data: bytes) -> dict[str, str]:
    """Return the finding code of each member, or "good"."""
    codes = {}
    for file in open_zip(data).files:
        contents = file.read()
        if isinstance(contents, Finding):
            codes[file.name] = contents.code
        else:
            report = run_gate(file.base_name, contents)
            codes[file.name] = report.findings[0].code if report.findings else "good"
    return codes


def test_members_are_listed_by_name_across_folders():
    data = zip_parts({"b/two.xlsx": GOOD, "a.xlsx": GOOD, "b/one.xlsx": GOOD})
    assert [file.name for file in open_zip(data).files] == ["a.xlsx", "b/one.xlsx", "b/two.xlsx"]
    assert set(map_code_by_file(data).values()) == {"good"}


def test_files_that_are_not_returns_are_skipped_with_a_reason():
    reasons = {
        "photo.jpg": NOT_A_WORKBOOK,
        "inner.zip": NESTED_ZIP,
        "~$open.xlsx": SYSTEM_FILE,
        "__MACOSX/._a.xlsx": SYSTEM_FILE,
        ".DS_Store": SYSTEM_FILE,
    }
    bundle = open_zip(zip_parts({**dict.fromkeys(reasons, b"x"), "a.xlsx": GOOD}))
    assert {skipped.name: skipped.reason for skipped in bundle.skipped_files} == reasons
    assert [file.name for file in bundle.files] == ["a.xlsx"]


def test_members_of_other_kinds_get_the_finding_of_the_gate():
    data = zip_parts({"a.csv": b"1,2,3\n", "b.xlsx": b"", "c.xlsx": GOOD[:2000], "d.xlsx": GOOD})
    assert map_code_by_file(data) == {
        "a.csv": "file-text",
        "b.xlsx": "file-empty",
        "c.xlsx": "file-damaged",
        "d.xlsx": "good",
    }


def test_escaping_names_are_only_labels_and_duplicate_names_are_both_read():
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name in ("../../etc/a.xlsx", "/root/b.xlsx", "C:\\c.xlsx", "same.xlsx"):
            archive.writestr(ZipInfo(name), GOOD)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(ZipInfo("same.xlsx"), b"other bytes")
    names = [member.name for member in open_zip(file.getvalue()).files]
    assert names == ["C:/c.xlsx", "etc/a.xlsx", "root/b.xlsx", "same.xlsx", "same.xlsx"]
    assert not any(".." in name or name.startswith("/") for name in names)
    contents = [member.read() for member in open_zip(file.getvalue()).files[-2:]]
    assert contents == [GOOD, b"other bytes"]


class UnflaggedInfo(ZipInfo):
    """A member with a UTF-8 name and without the UTF-8 flag, as many programs write it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(), self.flag_bits & ~0x800


def test_khmer_names_are_decoded_and_control_characters_are_replaced():
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(UnflaggedInfo("របាយការណ៍/បុសខ្នុរ.xlsx"), GOOD)
        archive.writestr("សៀមរាប.xlsx", GOOD)
        archive.writestr("a\x1b[31m.xlsx", GOOD)
    names = [member.name for member in open_zip(file.getvalue()).files]
    assert names == ["a?[31m.xlsx", "របាយការណ៍/បុសខ្នុរ.xlsx", "សៀមរាប.xlsx"]


def test_encrypted_or_unusually_compressed_members_are_findings_and_the_others_are_read():
    locked = set_flag(zip_parts({"a.xlsx": GOOD}), 1)
    assert map_code_by_file(locked) == {"a.xlsx": "file-password"}
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", GOOD, compress_type=ZIP_LZMA)
        archive.writestr("b.xlsx", GOOD)
    broken = bytearray(file.getvalue())
    broken[60:90] = bytes(30)
    assert map_code_by_file(bytes(broken))["a.xlsx"] == "file-damaged"
    assert map_code_by_file(bytes(broken))["b.xlsx"] == "good"


def test_a_zip_bomb_is_read_only_up_to_the_size_limit_of_a_return():
    bomb = zip_parts({"a.xlsx": bytes(40 * 1024 * 1024), "b.xlsx": GOOD})
    data = open_zip(bomb).files[0].read()
    assert len(data) == RETURN_LIMITS.file_size + 1
    assert map_code_by_file(bomb) == {"a.xlsx": "file-too-big", "b.xlsx": "good"}
    false_size = set_declared_size(bomb, "a.xlsx", 500)
    assert map_code_by_file(false_size)["a.xlsx"] in ("file-damaged", "file-too-big", "file-unknown")
    assert map_code_by_file(false_size)["b.xlsx"] == "good"


def test_all_members_together_have_a_limit(monkeypatch):
    data = zip_parts({f"{number}.xlsx": GOOD for number in range(5)})
    monkeypatch.setattr(bundle._Budget, "remaining", 3 * len(GOOD))
    assert list(map_code_by_file(data).values()) == ["good", "good", "file-inflates", "file-inflates", "file-inflates"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"PK\x05\x06" + bytes(10)])
def test_data_that_is_not_a_zip_raises_one_error(data):
    with pytest.raises(BundleError, match="damaged"):
        open_zip(data)


def test_too_many_members_are_refused_before_they_are_listed():
    data = zip_parts({f"{number}.xlsx": b"" for number in range(12_000)})
    with pytest.raises(BundleError, match="more than 5000"):
        open_zip(data)
    with pytest.raises(BundleError, match="more than 5000"):
        open_zip(zip_parts({f"{number}.xlsx": b"" for number in range(bundle.MAX_MEMBERS + 1)}))
    largest = open_zip(zip_parts({f"{number}.xlsx": b"" for number in range(bundle.MAX_MEMBERS)}))
    assert len(largest.files) == bundle.MAX_MEMBERS


def test_folders_are_searched_recursively_and_zips_are_opened(tmp_path: Path):
    (tmp_path / "year" / "2025").mkdir(parents=True)
    (tmp_path / "year" / "2025" / "one.xlsx").write_bytes(GOOD)
    (tmp_path / "year" / "notes.txt").write_text("x")
    (tmp_path / "more.zip").write_bytes(zip_parts({"two.xlsx": GOOD}))
    renamed = tmp_path / "book.zip"
    renamed.write_bytes(GOOD)
    contents = open_paths([tmp_path / "year", tmp_path / "more.zip", renamed, tmp_path / "absent.xlsx"])
    assert [file.name for file in contents.files] == ["2025/one.xlsx", "two.xlsx", "book.zip"]
    assert [(skipped.name, skipped.reason) for skipped in contents.skipped_files] == [("notes.txt", NOT_A_WORKBOOK)]
    assert all(file.read() == GOOD for file in contents.files)
