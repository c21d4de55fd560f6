"""Random editions with everything that the IATI file can say of an organisation."""

from dataclasses import replace
from decimal import Decimal

from etl.indicators.editions import EditionContents
from etl.publisher.iati import IatiSettings, Partner, Share
from tests.support.random_editions import make_random_edition

FULL_SETTINGS = IatiSettings(
    organisation="KH-XYZ-1",
    name="The centre",
    partners=(Partner("1", "40", "XM-DAC-0", "A bank"), Partner("2", "10", "", "A ministry")),
    sectors=(Share("31182", Decimal("40.5")), Share("31166", Decimal("59.5"))),
)


def make_full_edition(seed: int = 1) -> EditionContents:
    """Make a random edition that knows its address, licence and contact, and what its indicators serve."""
    contents = make_random_edition(seed)
    alignments = {"A-01": "SDG 2.4.1 (contributes); IFAD 1.1.4", "A-02": "EG.3.2-25; SDG 2.5.1.a; EU T3"}
    indicators = tuple(
        replace(indicator, alignment=alignments.get(indicator.code, "")) for indicator in contents.plan.indicators
    )
    edition = replace(
        contents.edition,
        plan=replace(contents.plan, indicators=indicators),
        public_url="https://cardec.example",
        licence="CC-BY-4.0",
        contact="info@cardec.example",
    )
    return EditionContents(edition, contents.figures)
