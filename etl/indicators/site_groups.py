"""Named sets of sites, such as provinces. A group can be selected like sites and may have targets of its own."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from etl.indicators.vocabulary import LocalizedText, Site


@dataclass(frozen=True, slots=True)
class SiteGroup(Collection[str]):
    """A set of sites with a code and a name. It contains the codes of its sites, in the plan's order."""

    code: str
    name: LocalizedText
    sites: tuple[str, ...]

    def __contains__(self, site: object) -> bool:
        return site in self.sites

    def __iter__(self) -> Iterator[str]:
        return iter(self.sites)

    def __len__(self) -> int:
        return len(self.sites)


SiteSelection = tuple[str, ...] | SiteGroup
"""The selected sites, or a group of sites that is selected as a whole."""


def list_selected_codes(selection: SiteSelection) -> tuple[str, ...]:
    """Return the codes by which addresses and jobs name a selection: those of its sites, or that of its group."""
    return (selection.code,) if isinstance(selection, SiteGroup) else selection


def group_by_province(sites: Iterable[Site]) -> tuple[SiteGroup, ...]:
    """Return the provinces of the sites, in order of their first site, named as that names it.

    Sites without the code of a province are left out.
    """
    provinces: dict[str, list[Site]] = {}
    for site in sites:
        if site.iso_3166_2:
            provinces.setdefault(site.iso_3166_2, []).append(site)
    return tuple(
        SiteGroup(
            code,
            next((site.province for site in members if site.province.en), LocalizedText(code)),
            tuple(site.code for site in members),
        )
        for code, members in provinces.items()
    )


def get_district_code(site: Site) -> str:
    """Return the code of its district in the national gazetteer; blank where `ncdd_code` names only the province."""
    return site.ncdd_code[:4] if len(site.ncdd_code) >= 4 else ""
