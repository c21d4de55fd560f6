"""Folders of tests are filled once for the same code, and runs can't damage the cached copies."""

from pathlib import Path

import pytest

from tests.support import folder_cache
from tests.support.folder_cache import MAX_KEPT_VERSIONS, FolderCache


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the hash of the code, which a test can change."""
    hashes = {"hash": "first"}
    monkeypatch.setattr(folder_cache, "compute_code_hash", lambda sources: hashes["hash"])
    return hashes


def fill(cache: FolderCache, target: Path, text: str) -> str:
    """Fill a new folder with the text, unless it is cached, and return what it contains."""
    target.mkdir()
    cache.fill("sample", target, lambda folder: (folder / "file").write_text(text), ("etl",))
    return (target / "file").read_text()


def test_the_same_code_fills_a_folder_once(tmp_path: Path, code: dict[str, str]) -> None:
    cache = FolderCache(tmp_path / "cache")
    assert fill(cache, tmp_path / "a", "one") == "one"
    (tmp_path / "a" / "file").write_text("damaged by a test")
    assert fill(cache, tmp_path / "b", "two") == "one"
    code["hash"] = "second"
    assert fill(cache, tmp_path / "c", "three") == "three"
    code["hash"] = "first"
    assert fill(cache, tmp_path / "d", "four") == "one"


def test_a_folder_that_failed_is_not_kept(tmp_path: Path, code: dict[str, str]) -> None:
    cache = FolderCache(tmp_path / "cache")
    (tmp_path / "a").mkdir()

    def fail(folder: Path) -> None:
        (folder / "file").write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cache.fill("sample", tmp_path / "a", fail, ("etl",))
    assert fill(cache, tmp_path / "b", "whole") == "whole"


def test_the_newest_versions_are_kept(tmp_path: Path, code: dict[str, str]) -> None:
    cache = FolderCache(tmp_path / "cache")
    for number in range(MAX_KEPT_VERSIONS + 2):
        code["hash"] = str(number)
        fill(cache, tmp_path / str(number), "text")
    assert len(list((tmp_path / "cache").iterdir())) == MAX_KEPT_VERSIONS


def test_the_hash_of_the_code_depends_on_its_sources() -> None:
    assert len({folder_cache.compute_code_hash(sources) for sources in (("etl",), ("data",), ("etl", "data"))}) == 3
