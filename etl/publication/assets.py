"""Stylesheet, icon and font of public pages, with a hash in their names so that browsers may cache them."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.publication.khmer_font import read_khmer_font

_FOLDER = Path(__file__).resolve().parent
CSS, SVG = "text/css", "image/svg+xml"


@dataclass(frozen=True)
class Asset:
    """One file with its hashed name."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Assets:
    """The files that every page of an edition loads."""

    stylesheet: Asset
    icon: Asset
    font: Asset

    @property
    def all(self) -> tuple[Asset, ...]:
        return self.stylesheet, self.icon, self.font


@cache
def get_public_assets() -> Assets:
    """Return the present assets. A published edition stores its own."""
    data, media_type = read_khmer_font()
    font = _make_asset(f"khmer.{media_type.partition('/')[2]}", media_type, data)
    css = (_FOLDER / "public.css").read_text(encoding="utf-8").replace("khmer-font", font.name).encode()
    return Assets(
        stylesheet=_make_asset("public.css", CSS, css),
        icon=_make_asset("icon.svg", SVG, (_FOLDER / "icon.svg").read_bytes()),
        font=font,
    )


def _make_asset(name: str, media_type: str, data: bytes) -> Asset:
    stem, _, suffix = name.rpartition(".")
    return Asset(f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{suffix}", media_type, data)
