"""The shape of every plan file, once: its columns, what a cell may hold, and where it goes in the plan's vocabulary."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from etl.indicators import vocabulary as words


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    CODE = "code"
    REFERENCE = "reference"
    """A code that another file declares."""
    CODES = "codes"
    """Codes of other rows with `;` between them."""
    CHOICE = "choice"
    YES_NO = "yes_no"
    WHOLE = "whole"
    YEAR = "year"
    DECIMAL = "decimal"
    QUARTER = "quarter"
    DAY = "day"
    KEY = "key"
    """A number of a return: `SO3-01`, `SO3-01/sex/women`."""

    @property
    def is_number(self) -> bool:
        return self in (Kind.WHOLE, Kind.YEAR, Kind.DECIMAL)


@dataclass(frozen=True)
class Column:
    """One column. `field` is where it goes: `name.en` is the English of the field `name`, `season.0` its first member.

    A cell of a `required` column is never blank. A column that is not `expected` may be left out of a file altogether.
    """

    name: str
    field: str
    about: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    expected: bool = True
    refers_to: str = ""


@dataclass(frozen=True)
class FileShape:
    """One file of the plan, and the sheet of the plan workbook that says the same."""

    name: str
    sheet: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """The columns that together are never the same in two rows."""

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)


def text(name: str, field: str, about: str, *, required: bool = False, expected: bool = True) -> Column:
    return Column(name, field, about, required=required, expected=expected)


def in_both(
    name: str, field: str, about: str, *, required: bool = False, khmer_expected: bool = True
) -> Iterator[Column]:
    """The English and the Khmer column of a text; Khmer may always be blank."""
    yield text(f"{name}_en", f"{field}.en", f"{about}, in English", required=required)
    yield text(f"{name}_km", f"{field}.km", f"{about}, in Khmer; blank shows the English", expected=khmer_expected)


def code(about: str) -> Column:
    return Column(
        "code",
        "code",
        f"{about}; letters, digits, . _ and - only, never used again for something else",
        Kind.CODE,
        required=True,
    )


def choice(name: str, about: str, choices: tuple[str, ...], *, required: bool = True) -> Column:
    return Column(name, name, about, Kind.CHOICE, required=required, choices=choices)


def reference(name: str, refers_to: str, about: str, *, required: bool = True) -> Column:
    return Column(name, name, about, Kind.REFERENCE, required=required, refers_to=refers_to)


def yes_no(name: str, about: str) -> Column:
    return Column(name, name, f"{about}: yes or no", Kind.YES_NO, required=True, choices=("yes", "no"))


def share(name: str, about: str, *, low: int = 0, high: int = 1) -> Column:
    return Column(name, name, f"{about}, as a share of 1 (0.90 is 90 %)", Kind.DECIMAL, low=low, high=high)


def enum_choice(name: str, enum: type[StrEnum], about: str) -> Column:
    return choice(name, about, tuple(enum))


STATUS = ("provisional", "official")
PROVENANCE = ("illustrative", "sourced", "official")
FIRST_YEAR, LAST_YEAR = 1990, 2200

SETTINGS = (
    *in_both("name", "name", "the plan's name", required=True),
    *in_both("overall_objective", "overall_objective", "the overall objective"),
    *in_both("vision", "vision", "the vision"),
    *in_both("mission", "mission", "the mission"),
    choice("status", "whether the plan is official", STATUS, required=False),
    Column("first_year", "first_year", "the plan's first year", Kind.YEAR, True, low=FIRST_YEAR, high=LAST_YEAR),
    Column("last_year", "last_year", "the plan's last year", Kind.YEAR, True, low=FIRST_YEAR, high=LAST_YEAR),
    Column(
        "first_month_of_year", "first_month_of_year", "the month a year starts in, 1 to 12", Kind.WHOLE, low=1, high=12
    ),
    Column("due_days", "due_days", "days after a quarter's end until its return is due", Kind.WHOLE, low=0, high=90),
    share("on_track", "pace from which an indicator is on track"),
    share("at_risk", "pace from which an indicator is at risk, and not off track"),
    share("over_target", "achievement above which a target counts as set too low", low=1, high=10),
    share("tolerance", "shortfall of the expected value that still counts as on track"),
    share("min_reported", "share of the expected numbers that must be in before anything is rated"),
    Column(
        "carry_quarters",
        "carry_quarters",
        "quarters for which the last level stands in for a missing one",
        Kind.WHOLE,
        low=0,
        high=40,
    ),
    Column(
        "small_count",
        "small_count",
        "in public, people are counted only from this number on",
        Kind.WHOLE,
        low=0,
        high=100,
    ),
    text("youth_age", "youth_age", "the ages that count as youth, in words"),
    Column(
        "effective_from",
        "effective_from",
        "the day from which this plan is in force, as 2026-01-31; without it, the day it is loaded",
        Kind.DAY,
    ),
)
"""The keys of plan.csv, as if each were a column."""

PLAN = FileShape(
    "plan",
    "Plan",
    (
        text("key", "key", "which setting", required=True),
        text("value", "value", "its value"),
        text("source", "source", "where it comes from"),
    ),
    ("key",),
)

OBJECTIVES = FileShape(
    "objectives",
    "Objectives",
    (
        code("the objective's code"),
        *in_both("name", "name", "its full text", required=True),
        text("short_en", "short.en", "a short name for charts, in English", required=True),
        text("short_km", "short.km", "a short name for charts, in Khmer; blank shows the English", expected=False),
        text("name_km_status", "name_km_status", "whether the Khmer text still needs review"),
        text("source", "source", "where it comes from"),
    ),
    ("code",),
)

INDICATORS = FileShape(
    "indicators",
    "Indicators",
    (
        code("the indicator's code"),
        reference("objective", "objectives", "the code of its objective"),
        *in_both("name", "name", "its name", required=True),
        *in_both("definition", "definition", "what is counted, and what is not", khmer_expected=False),
        text("unit", "unit", "the unit: count, %, ha, kg ...", required=True),
        *in_both("unit_label", "unit_label", "the unit as shown beside numbers; blank for a bare count"),
        Column("decimals", "decimals", "decimals shown, 0 to 6", Kind.WHOLE, True, low=0, high=6),
        choice("level", "its place in the chain of results", ("input", "process", "output", "outcome", "impact")),
        enum_choice("measure", words.Measure, "a plain number, or a ratio kept as numerator and denominator"),
        *in_both("numerator", "numerator", "what a ratio's numerator counts; blank for a number", khmer_expected=False),
        *in_both(
            "denominator", "denominator", "what a ratio's denominator counts; blank for a number", khmer_expected=False
        ),
        Column(
            "scale", "scale", "what numerator / denominator is multiplied by: 100 for percent, else 1", Kind.DECIMAL
        ),
        enum_choice("direction", words.Direction, "which way is good"),
        enum_choice(
            "over_time",
            words.OverTime,
            "how quarters make a year: a flow adds up, a stock is the latest level, or their average or maximum",
        ),
        enum_choice(
            "target_basis",
            words.TargetBasis,
            "what a target is: a year's own amount, the amount since the plan began, or the level at year's end",
        ),
        enum_choice(
            "across_sites",
            words.AcrossSites,
            "how sites make the centre: they add, one reports for all, or the highest counts",
        ),
        yes_no("counts_people", "whether it counts people, so that small numbers are withheld in public"),
        enum_choice(
            "percent_rule", words.PercentRule, "the headline percentage: of the target, or of the planned change"
        ),
        enum_choice(
            "reported",
            words.Reported,
            "when it is asked: every quarter, every fourth quarter, or that of years with a target",
        ),
        enum_choice(
            "source", words.Source, "whether a return brings it, or other indicators, or the record of returns"
        ),
        Column(
            "numerator_ref",
            "numerator_ref",
            "the number that is its numerator, such as SO3-01/sex/women; blank: typed",
            Kind.KEY,
        ),
        Column(
            "denominator_ref",
            "denominator_ref",
            "the number that is its denominator, such as SO3-01; blank: typed",
            Kind.KEY,
        ),
        Column(
            "reporting_sites",
            "reporting_sites",
            "the codes of the sites that report it, with ; between them; blank: every site",
            Kind.CODES,
            refers_to="sites",
        ),
        Column("baseline_year", "baseline_year", "the year of the baseline", Kind.YEAR, low=FIRST_YEAR, high=LAST_YEAR),
        Column("baseline_value", "baseline_value", "the centre's value in that year", Kind.DECIMAL),
        choice("baseline_provenance", "where the baseline comes from", PROVENANCE, required=False),
        text("alignment", "alignment", "the donors' and national indicators that it serves"),
        choice("status", "whether the indicator is official", STATUS),
        *in_both("means_of_verification", "means_of_verification", "the record that proves it", khmer_expected=False),
        *in_both("responsible", "responsible", "who answers for it"),
        *(
            Column(
                f"season_q{one}",
                f"season.{one - 1}",
                f"share of a year's amount expected in quarter {one}; all four add up to 1, or all are blank",
                Kind.DECIMAL,
                low=0,
                high=1,
            )
            for one in (1, 2, 3, 4)
        ),
        Column("minimum", "minimum", "the lowest value that may be typed; blank: may be negative", Kind.DECIMAL),
        yes_no("whole", "whether only whole numbers may be typed"),
        share("on_track", "its own pace for on track; blank: the plan's"),
        share("at_risk", "its own pace for at risk; blank: the plan's"),
        Column(
            "successor", "successor", "the code that follows this one when a newer plan leaves it out", Kind.REFERENCE
        ),
    ),
    ("code",),
)

DISAGGREGATIONS = FileShape(
    "disaggregations",
    "Disaggregations",
    (
        reference("indicator", "indicators", "the indicator that it is a part of"),
        Column("dimension", "dimension", "what it is divided by: sex, age, place ...", Kind.CODE, True),
        yes_no("exhaustive", "whether the parts of this dimension add up to the total"),
        Column("category", "category", "the part's code within the dimension", Kind.CODE, True),
        *in_both("label", "label", "the part's name", required=True),
    ),
    ("indicator", "dimension", "category"),
)

TARGETS = FileShape(
    "targets",
    "Targets",
    (
        reference("indicator", "indicators", "the indicator"),
        reference("site", "sites", "the site; blank is the centre", required=False),
        Column(
            "year",
            "year",
            "the year; for a site, the baseline year makes it the site's baseline",
            Kind.YEAR,
            True,
            low=FIRST_YEAR,
            high=LAST_YEAR,
        ),
        Column("value", "value", "the target; blank is none that year, 0 is a target of nothing", Kind.DECIMAL),
        choice("provenance", "where the target comes from", PROVENANCE, required=False),
        text("reason", "reason", "why a newer plan changed it", expected=False),
    ),
    ("indicator", "site", "year"),
)

SITES = FileShape(
    "sites",
    "Sites",
    (
        code("the site's code"),
        *in_both("name", "name", "its name", required=True),
        text("kind", "kind", "station, outreach, office ..."),
        text("iso_3166_2", "iso_3166_2", "its province as ISO 3166-2, such as KH-3"),
        text("ncdd_code", "ncdd_code", "its place in the national gazetteer: 2, 4, 6 or 8 digits, leading zero kept"),
        *in_both("province", "province", "its province"),
        Column("lat", "lat", "latitude in degrees", Kind.DECIMAL, low=-90, high=90),
        Column("lon", "lon", "longitude in degrees", Kind.DECIMAL, low=-180, high=180),
        yes_no("is_centre", "whether it is the centre itself"),
        text("evidence", "evidence", "how well its place is known"),
        Column(
            "reports_from",
            "reports_from",
            "the first quarter that it reports on, as 2025Q3; blank: from the start",
            Kind.QUARTER,
        ),
        Column("closed_after", "closed_after", "the last quarter that it reports on; blank: it is open", Kind.QUARTER),
    ),
    ("code",),
)

SITE_ALIASES = FileShape(
    "site_aliases",
    "Site aliases",
    (
        reference("site", "sites", "the site's code"),
        text("alias", "alias", "the other spelling; it means one site only", required=True),
    ),
    ("alias",),
)

PROGRAMMES = FileShape(
    "programmes",
    "Programmes",
    (
        code("the programme's code"),
        *in_both("name", "name", "its name", required=True, khmer_expected=False),
        text("kind", "kind", "network, programme, development partner ..."),
        *in_both("note", "note", "a sentence about it", khmer_expected=False),
        text("source", "source", "where it comes from"),
    ),
    ("code",),
)

INDICATOR_PROGRAMMES = FileShape(
    "indicator_programmes",
    "Indicator programmes",
    (
        reference("indicator", "indicators", "the indicator"),
        reference("programme", "programmes", "the programme that it supports or reports to"),
        choice("provenance", "where this comes from", PROVENANCE, required=False),
    ),
    ("indicator", "programme"),
)

SHAPES = (
    PLAN,
    OBJECTIVES,
    INDICATORS,
    DISAGGREGATIONS,
    TARGETS,
    SITES,
    SITE_ALIASES,
    PROGRAMMES,
    INDICATOR_PROGRAMMES,
)
"""Every file of a plan, in the order of the workbook's sheets."""

SHAPE_BY_NAME = {shape.name: shape for shape in SHAPES}

REFERENCE_FILES = ("khmer_terms",)
"""Files that may lie beside a plan without being read."""
