"""Stylesheet, icon and font of public pages under names that carry a hash, so that a browser may keep them for ever."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.publication.khmer_font import read_khmer_font

HERE = Path(__file__).resolve().parent
CSS, SVG = "text/css", "image/svg+xml"


@dataclass(frozen=True)
class Asset:
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Assets:
    """What every page of an edition loads."""

    stylesheet: Asset
    icon: Asset
    font: Asset

    @property
    def all(self) -> tuple[Asset, ...]:
        return self.stylesheet, self.icon, self.font


@cache
def get_public_assets() -> Assets:
    """The assets as they are now; an edition keeps those that it was published with."""
    data, kind = read_khmer_font()
    font = _named(f"khmer.{kind.partition('/')[2]}", kind, data)
    css = (HERE / "public.css").read_text(encoding="utf-8").replace("khmer-font", font.name).encode()
    return Assets(
        stylesheet=_named("public.css", CSS, css),
        icon=_named("icon.svg", SVG, (HERE / "icon.svg").read_bytes()),
        font=font,
    )


def _named(name: str, kind: str, data: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    return Asset(f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}", kind, data)
