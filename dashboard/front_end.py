"""The third-party files that the browser gets: installed at set-up, compressed once, never committed.

With npm they are the light plotly bundle, Bootstrap and two weights of Khmer; without it the same come, heavier, from
Python packages. `python -m dashboard.front_end [--no-npm]` prepares them, and does nothing when nothing changed.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import brotli

from etl.errors import CardecError

PROJECT = Path(__file__).resolve().parent.parent
VENDOR = PROJECT / "dashboard" / "vendor"
PLOTLY, BOOTSTRAP, KHMER, LICENCES = "plotly.js", "bootstrap.css", "khmer.css", "licences.txt"
"""What the files are for. Their stored names carry a hash, so that a browser may keep them for ever."""

_NPM_SECONDS = 180
_COMPRESSED = (".js", ".css", ".ttf", ".txt")
_FONT_FACE = """@font-face {{
  font-family: "Noto Sans Khmer"; font-style: normal; font-weight: {weight}; font-display: swap;
  src: url("{name}") format("{format}");
  unicode-range: U+1780-17FF, U+19E0-19FF, U+200B-200D, U+25CC;
}}
"""


class FrontEndError(CardecError):
    """The browser's files are not there or can't be made."""


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """What was prepared: which plotly bundle (`basic` or `full`), and the stored name of each file by its purpose."""

    bundle: str
    files: dict[str, str]
    inputs: str
    """A hash of what they were made from, by which a later set-up sees that nothing changed."""


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Where the files come from: `fonts` are pairs of a CSS weight and a file."""

    bundle: str
    plotly: Path
    bootstrap: Path
    fonts: tuple[tuple[str, Path], ...]
    licences: tuple[Path, ...]


def read_front_end(folder: Path = VENDOR) -> FrontEnd:
    """What set-up prepared; FrontEndError says how to prepare it."""
    try:
        return FrontEnd(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise FrontEndError("The browser's files are not prepared: run `make setup`.") from error


def prepare_front_end(folder: Path = VENDOR, *, with_npm: bool = True) -> FrontEnd:
    """The browser's files in the folder, made anew only if what they are made from changed."""
    npm = shutil.which("npm") if with_npm else None
    inputs = _hash_inputs(with_npm=npm is not None)
    try:
        ready = read_front_end(folder)
    except FrontEndError:
        ready = None
    if ready and ready.inputs == inputs and all((folder / name).exists() for name in ready.files.values()):
        return ready
    origin = _install_with_npm(npm) if npm else None
    return _store(origin or _find_in_wheels(), folder, inputs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepares the files and says which bundle they are; 3 when that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.front_end", description=main.__doc__)
    parser.add_argument("--no-npm", action="store_true", help="take everything from Python packages")
    try:
        ready = prepare_front_end(with_npm=not parser.parse_args(arguments).no_npm)
    except FrontEndError as error:
        print(error, file=sys.stderr)
        return 3
    print(f"Front end ready: {ready.bundle} plotly bundle.")
    return 0


def _hash_inputs(*, with_npm: bool) -> str:
    digest = hashlib.sha256(b"npm" if with_npm else b"wheels")
    for path in (PROJECT / "package-lock.json", PROJECT / "requirements.lock", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _install_with_npm(npm: str) -> SourceFiles | None:
    """What npm installed at the pinned versions; None, with a line that says so, where it could not."""
    options = ("--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")
    try:
        done = subprocess.run(
            [npm, "ci", *options], cwd=PROJECT, capture_output=True, text=True, timeout=_NPM_SECONDS, check=False
        )
        trouble = done.stderr.strip() if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        trouble = str(error)
    modules = PROJECT / "node_modules"
    font = modules / "@fontsource" / "noto-sans-khmer"
    plotly = modules / "plotly.js-basic-dist-min"
    origin = SourceFiles(
        bundle="basic",
        plotly=plotly / "plotly-basic.min.js",
        bootstrap=modules / "bootstrap" / "dist" / "css" / "bootstrap.min.css",
        fonts=tuple(
            (weight, font / "files" / f"noto-sans-khmer-khmer-{weight}-normal.woff2") for weight in ("400", "700")
        ),
        licences=(plotly / "LICENSE", modules / "bootstrap" / "LICENSE", font / "LICENSE"),
    )
    if trouble or _missing(origin):
        print(f"npm could not install the front end; Python packages are used. {trouble[-500:]}", file=sys.stderr)
        return None
    return origin


def _find_in_wheels() -> SourceFiles:
    """The heavier files that Python packages carry."""
    font = _package("fontpkg_noto_sans_khmer")
    origin = SourceFiles(
        bundle="full",
        plotly=_package("plotly") / "package_data" / "plotly.min.js",
        bootstrap=_package("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css",
        fonts=(("100 900", font / "files" / "NotoSansKhmer[wdth,wght].ttf"),),
        licences=(font / "LICENSE",),
    )
    if missing := _missing(origin):
        raise FrontEndError(f"These files are missing, so run `make setup` again: {', '.join(map(str, missing))}.")
    return origin


def _package(name: str) -> Path:
    """The folder of an installed package, which is not imported."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise FrontEndError(f"The Python package {name} is not installed: run `make setup`.")
    return Path(spec.origin).parent


def _missing(origin: SourceFiles) -> list[Path]:
    needed = (origin.plotly, origin.bootstrap, *origin.licences, *(path for _, path in origin.fonts))
    return [path for path in needed if not path.exists()]


def _store(origin: SourceFiles, folder: Path, inputs: str) -> FrontEnd:
    """Everything written beside the folder and put in its place in one move, so that half of it is never served."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    files = {
        PLOTLY: _write(fresh, PLOTLY, origin.plotly.read_bytes()),
        BOOTSTRAP: _write(fresh, BOOTSTRAP, _without_source_map(origin.bootstrap.read_bytes())),
        LICENCES: _write(fresh, LICENCES, b"\n\n".join(path.read_bytes() for path in origin.licences)),
    }
    faces = []
    for weight, path in origin.fonts:
        purpose = f"khmer-{weight.replace(' ', '-')}{path.suffix}"
        files[purpose] = _write(fresh, purpose, path.read_bytes())
        kind = {".woff2": "woff2", ".ttf": "truetype"}[path.suffix]
        faces.append(_FONT_FACE.format(weight=weight, name=files[purpose], format=kind))
    files[KHMER] = _write(fresh, KHMER, "".join(faces).encode())
    ready = FrontEnd(bundle=origin.bundle, files=files, inputs=inputs)
    (fresh / "manifest.json").write_text(json.dumps(asdict(ready), indent=2), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return ready


def _write(folder: Path, purpose: str, content: bytes) -> str:
    """The name under which the content is stored, with `.br` and `.gz` beside it where that makes it smaller."""
    stem, _, ending = purpose.rpartition(".")
    name = f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
    (folder / name).write_bytes(content)
    if name.endswith(_COMPRESSED):
        (folder / f"{name}.br").write_bytes(brotli.compress(content, quality=11))
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    return name


def _without_source_map(css: bytes) -> bytes:
    """The stylesheet without the address of its map, which is not served."""
    return css.partition(b"/*# sourceMappingURL")[0]


if __name__ == "__main__":
    sys.exit(main())
