"""Prepare the files that the browser loads: third-party scripts, styles and fonts, and compressed copies.

With npm the files are the small plotly bundle, Bootstrap and two weights of the fonts; without npm, larger files with
the same purpose come from Python packages. `python -m dashboard.front_end [--no-npm]` runs at set-up and does nothing
when no input changed. The files are not committed.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import brotli

from etl.errors import CardecError

PROJECT = Path(__file__).resolve().parent.parent
VENDOR = PROJECT / "dashboard" / "vendor"
ASSETS = PROJECT / "dashboard" / "assets"
COMPRESSED = "compressed"
"""The subfolder with a Brotli copy of each fixed text file, named by the SHA-256 of the uncompressed file."""
PLOTLY, BOOTSTRAP, FONTS, LICENCES = "plotly.js", "bootstrap.css", "fonts.css", "licences.txt"
"""The purposes of the files. Stored names carry a hash, so browsers may cache the files without expiry."""
STAFF_STYLES, EARLY_SCRIPTS, LATE_SCRIPTS = "app.css", "early.js", "late.js"
JOINED: Mapping[str, tuple[str, ...]] = {
    STAFF_STYLES: (
        "base.css",
        "staff.css",
        "filters.css",
        "pages.css",
        "views.css",
        "work.css",
        "accounts.css",
        "explore.css",
    ),
    EARLY_SCRIPTS: ("regenerator.js", "static_parts.js", "staff.js", "filters.js"),
    LATE_SCRIPTS: ("charts.js", "copy.js"),
}
"""The files that Dash pages load, and the assets that each of them joins: every request costs headers of its own."""

_NPM_SECONDS = 180
_COMPRESSIBLE = (".js", ".css", ".ttf", ".txt", ".svg")
_LARGEST_BLOCK = 24
"""Brotli's largest input block, as a power of two. It saves 3 KB of plotly.js."""
_LARGEST_DASH_FILE = 400_000
"""Bytes. Larger files of Dash are bundles for development and components that no page uses."""
_COMMENTS = {".css": re.compile(r"/\*.*?\*/\n?", re.DOTALL), ".js": re.compile(r"^ *//.*\n", re.MULTILINE)}
"""Comments of our assets: every one in stylesheets, those that fill a line in scripts."""
_UNUSED_BOOTSTRAP = re.compile(
    r"\s*(\[data-bs-theme=dark\]|\.[a-z]+(-[a-z]+)*-(sm|md|lg|xl|xxl)-"
    r"|\.(carousel|accordion|toast|popover|bs-popover|placeholder|ratio|figure|list-group|link-|icon-link|text-bg|table|spinner|breadcrumb|img-|display-))"
)
"""The beginnings of selectors of Bootstrap that no page uses: dark mode, utilities by width, some components."""
_LATIN = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, "
    "U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)
_KHMER = "U+1780-17FF, U+19E0-19FF, U+200B-200D, U+25CC"
_RANGES = {"latin": _LATIN, "khmer": _KHMER, "all": f"{_LATIN}, {_KHMER}"}
"""The characters of each script, as Google Fonts cuts them. The last face of a stylesheet wins where they overlap."""
_FONT_FACE = """@font-face {{
  font-family: "Noto Sans Khmer"; font-style: normal; font-weight: {weight}; font-display: swap;
  src: url("{name}") format("{format}"); unicode-range: {range};
}}
"""
_FALLBACK_FACE = """@font-face {{
  font-family: "{family}"; font-style: normal; font-weight: {weight};
  src: {sources}; size-adjust: {size}%; unicode-range: {range};
}}
"""
_FALLBACKS = (
    ("Khmer fallback", "khmer", ("Khmer OS", "Khmer OS System"), {"400": 82, "700": 87}),
    ("Khmer fallback 2", "khmer", ("Khmer OS Siemreap", "Khmer OS Content"), {"400": 92.5, "700": 98.5}),
    ("Latin fallback", "latin", ("Arial", "Liberation Sans", "Helvetica"), {"400": 106, "700": 104.5}),
)
"""Fonts of the visitor's system, scaled to the average width of ours, so that texts keep their room while ours load.

The sizes are the ratios of the widths of all Khmer and English interface texts, measured in Chromium.
"""


class FrontEndError(CardecError):
    """The browser's files are missing or cannot be prepared."""


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """The prepared files: the plotly bundle (`basic` or `full`), and the stored name of each file by its purpose."""

    bundle: str
    files: dict[str, str]
    inputs: str
    """A hash of the inputs, by which a later set-up detects that nothing changed."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font file for one script (`latin`, `khmer` or `all`) and one CSS weight or range of weights."""

    script: str
    weight: str
    path: Path

    @property
    def purpose(self) -> str:
        return f"{self.script}-{self.weight.replace(' ', '-')}{self.path.suffix}"


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """The paths of the files before they are copied."""

    bundle: str
    plotly: Path
    bootstrap: Path
    fonts: tuple[FontFile, ...]
    licences: tuple[Path, ...]


def read_front_end(folder: Path = VENDOR) -> FrontEnd:
    """Return what set-up prepared. FrontEndError when set-up has not run."""
    try:
        return FrontEnd(**json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise FrontEndError("The browser's files are not prepared: run `make setup`.") from error


def join_assets(name: str) -> bytes:
    """Return a file of `JOINED`: its assets in order, without comments."""
    pattern = _COMMENTS[Path(name).suffix]
    return "".join(pattern.sub("", (ASSETS / part).read_text(encoding="utf-8")) for part in JOINED[name]).encode()


def prepare_front_end(folder: Path = VENDOR, *, with_npm: bool = True) -> FrontEnd:
    """Prepare the browser's files in the folder, unless they are there and no input changed."""
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
    """Prepare the browser's files and print which plotly bundle they hold. The exit code is 3 on failure."""
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
    inputs = (PROJECT / "package-lock.json", PROJECT / "requirements.lock", Path(__file__), *sorted(ASSETS.iterdir()))
    for path in inputs:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _install_with_npm(npm: str) -> SourceFiles | None:
    """Install the pinned versions with npm. None, after a warning on standard error, when npm fails."""
    options = ("--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")
    try:
        process = subprocess.run(
            [npm, "ci", *options], cwd=PROJECT, capture_output=True, text=True, timeout=_NPM_SECONDS, check=False
        )
        problem = process.stderr.strip() if process.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = str(error)
    modules = PROJECT / "node_modules"
    font = modules / "@fontsource" / "noto-sans-khmer"
    plotly = modules / "plotly.js-basic-dist-min"
    origin = SourceFiles(
        bundle="basic",
        plotly=plotly / "plotly-basic.min.js",
        bootstrap=modules / "bootstrap" / "dist" / "css" / "bootstrap.min.css",
        fonts=tuple(
            FontFile(script, weight, font / "files" / f"noto-sans-khmer-{script}-{weight}-normal.woff2")
            for script in ("latin", "khmer")
            for weight in ("400", "700")
        ),
        licences=(plotly / "LICENSE", modules / "bootstrap" / "LICENSE", font / "LICENSE"),
    )
    if problem or _find_missing(origin):
        print(f"npm could not install the front end; Python packages are used. {problem[-500:]}", file=sys.stderr)
        return None
    return origin


def _find_in_wheels() -> SourceFiles:
    """Return the larger files that Python packages contain."""
    font = _find_package_folder("fontpkg_noto_sans_khmer")
    origin = SourceFiles(
        bundle="full",
        plotly=_find_package_folder("plotly") / "package_data" / "plotly.min.js",
        bootstrap=_find_package_folder("bootstrap") / "css" / "bootstrap.min.css",
        fonts=(FontFile("all", "100 900", font / "files" / "NotoSansKhmer[wdth,wght].ttf"),),
        licences=(_find_package_folder("bootstrap") / "LICENSE", font / "LICENSE"),
    )
    if missing := _find_missing(origin):
        raise FrontEndError(f"These files are missing, so run `make setup` again: {', '.join(map(str, missing))}.")
    return origin


def _find_package_folder(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FrontEndError(f"The Python package {name} is not installed: run `make setup`.")
    return Path(next(iter(spec.submodule_search_locations)))


def _find_missing(origin: SourceFiles) -> list[Path]:
    paths = (origin.plotly, origin.bootstrap, *origin.licences, *(font.path for font in origin.fonts))
    return [path for path in paths if not path.exists()]


def _store(origin: SourceFiles, folder: Path, inputs: str) -> FrontEnd:
    """Write all files to a new folder and swap it in with one rename, so no half-written folder is ever served."""
    new_folder = folder.with_name(folder.name + ".new")
    shutil.rmtree(new_folder, ignore_errors=True)
    (new_folder / COMPRESSED).mkdir(parents=True)
    files = {
        PLOTLY: _write(new_folder, PLOTLY, origin.plotly.read_bytes()),
        BOOTSTRAP: _write(new_folder, BOOTSTRAP, _trim_bootstrap(origin.bootstrap.read_bytes())),
        LICENCES: _write(new_folder, LICENCES, b"\n\n".join(path.read_bytes() for path in origin.licences)),
    }
    for font in origin.fonts:
        files[font.purpose] = _write(new_folder, font.purpose, font.path.read_bytes())
    files[FONTS] = _write(new_folder, FONTS, _make_font_stylesheet(origin.fonts, files).encode())
    for path in chain(ASSETS.iterdir(), _find_dash_scripts()):
        _compress(new_folder, path.name, path.read_bytes())
    for name in JOINED:
        _compress(new_folder, name, join_assets(name))
    ready = FrontEnd(bundle=origin.bundle, files=files, inputs=inputs)
    (new_folder / "manifest.json").write_text(json.dumps(asdict(ready), indent=2), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new_folder.rename(folder)
    return ready


def _make_font_stylesheet(fonts: Sequence[FontFile], files: Mapping[str, str]) -> str:
    kinds = {".woff2": "woff2", ".ttf": "truetype"}
    faces = [
        _FONT_FACE.format(
            weight=font.weight, name=files[font.purpose], format=kinds[font.path.suffix], range=_RANGES[font.script]
        )
        for font in fonts
    ]
    for family, script, names, sizes in _FALLBACKS:
        sources = ", ".join(f'local("{name}")' for name in names)
        faces += [
            _FALLBACK_FACE.format(family=family, weight=weight, sources=sources, size=size, range=_RANGES[script])
            for weight, size in sizes.items()
        ]
    return "".join(faces)


def _find_dash_scripts() -> Iterator[Path]:
    """Yield the scripts that Dash serves from its own package and from that of the Bootstrap components."""
    dash = _find_package_folder("dash")
    folders = [dash / name for name in ("dcc", "html", "deps", "dash-renderer/build")]
    for folder in (*folders, _find_package_folder("dash_bootstrap_components") / "_components"):
        for path in folder.glob("*.js"):
            if path.stat().st_size <= _LARGEST_DASH_FILE:
                yield path


def _write(folder: Path, purpose: str, content: bytes) -> str:
    """Write a file and its compressed copy. Return the stored name, which contains a hash of the content."""
    stem, _, ending = purpose.rpartition(".")
    name = f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
    (folder / name).write_bytes(content)
    _compress(folder, name, content)
    return name


def _compress(folder: Path, name: str, content: bytes) -> None:
    if name.endswith(_COMPRESSIBLE):
        path = folder / COMPRESSED / f"{hashlib.sha256(content).hexdigest()}.br"
        path.write_bytes(brotli.compress(content, quality=11, lgblock=_LARGEST_BLOCK))


def _trim_bootstrap(css: bytes) -> bytes:
    """Return the stylesheet without the rules of unused components and without the source map, which is not served."""
    text = css.partition(b"/*# sourceMappingURL")[0].decode()
    rules = "".join(_iterate_used_rules(text))
    return rules.encode()


def _iterate_used_rules(css: str) -> Iterator[str]:
    """Yield the rules whose selectors aren't all those of unused components. A media query holds rules of its own."""
    for prelude, rule in _split_rules(css):
        selectors = prelude.rpartition("*/")[2].strip()
        if selectors.startswith("@media (min-width"):
            body = "".join(_iterate_used_rules(rule[rule.index("{") + 1 : -1]))
            if body:
                yield f"{prelude}{{{body}}}"
        elif not all(_UNUSED_BOOTSTRAP.match(selector) for selector in selectors.split(",")):
            yield rule


def _split_rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield each top-level rule with the part before its brace."""
    start = 0
    while (brace := css.find("{", start)) >= 0:
        end, depth = brace + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[start:brace], css[start:end]
        start = end


if __name__ == "__main__":
    sys.exit(main())
