"""Schemas of the plan files: their columns, valid values, and the fields of the plan that they fill."""

from etl.indicators import vocabulary as words
from etl.plan.columns import (
    PLACES,
    Column,
    ColumnKind,
    FileSchema,
    make_bilingual_columns,
    make_choice_column,
    make_code_column,
    make_codes_column,
    make_enum_column,
    make_reference_column,
    make_share_column,
    make_text_column,
    make_yes_no_column,
)
from etl.plan.programme_schemas import INDICATOR_PROGRAMMES, PROGRAMMES, PROVENANCE

STATUS = ("provisional", "official")
FIRST_YEAR, LAST_YEAR = 1990, 2200

SETTINGS = (
    *make_bilingual_columns("name", "name", "the plan's name", required=True),
    *make_bilingual_columns("overall_objective", "overall_objective", "the overall objective"),
    *make_bilingual_columns("vision", "vision", "the vision"),
    *make_bilingual_columns("mission", "mission", "the mission"),
    make_choice_column("status", "whether the plan is official", STATUS, required=False),
    Column("first_year", "first_year", "the plan's first year", ColumnKind.YEAR, True, low=FIRST_YEAR, high=LAST_YEAR),
    Column("last_year", "last_year", "the plan's last year", ColumnKind.YEAR, True, low=FIRST_YEAR, high=LAST_YEAR),
    Column(
        "first_month_of_year",
        "first_month_of_year",
        "the month a year starts in, 1 to 12",
        ColumnKind.WHOLE,
        low=1,
        high=12,
    ),
    Column(
        "due_days", "due_days", "days after a quarter's end until its return is due", ColumnKind.WHOLE, low=0, high=90
    ),
    make_share_column("on_track", "pace from which an indicator is on track"),
    make_share_column("at_risk", "pace from which an indicator is at risk, and not off track"),
    make_share_column("over_target", "achievement above which a target counts as set too low", low=1, high=10),
    make_share_column(
        "tolerance",
        "shortfall that still counts as on track, of the planned change up to now (levels) or of the expected value",
    ),
    make_share_column("min_reported", "share of the expected numbers that must be in before anything is rated"),
    Column(
        "carry_quarters",
        "carry_quarters",
        "quarters for which the last level is carried forward when one is missing",
        ColumnKind.WHOLE,
        low=0,
        high=40,
    ),
    Column(
        "small_count",
        "small_count",
        "counts of people below this number are withheld in public",
        ColumnKind.WHOLE,
        low=0,
        high=100,
    ),
    make_text_column("youth_age", "youth_age", "the ages that count as youth, in words"),
    Column(
        "effective_from",
        "effective_from",
        "the day from which this plan is in force, as 2026-01-31; without it, the day it is loaded",
        ColumnKind.DAY,
    ),
    make_text_column(
        "additive_units",
        "additive_units",
        "units that look like a rate or a mean but may be added over sites, with ; between them, such as days",
    ),
    make_text_column(
        "headlines",
        "headlines",
        "the codes of the indicators that the public front page shows first, with ; between them",
    ),
)
"""The keys of plan.csv, each described as a column."""

PLAN = FileSchema(
    "plan",
    "Plan",
    (
        make_text_column("key", "key", "which setting", required=True),
        make_text_column("value", "value", "its value"),
        make_text_column("source", "source", "where it comes from"),
    ),
    ("key",),
)

OBJECTIVES = FileSchema(
    "objectives",
    "Objectives",
    (
        make_code_column("the objective's code"),
        *make_bilingual_columns("name", "name", "its full text", required=True),
        make_text_column("short_en", "short.en", "a short name for charts, in English", required=True),
        make_text_column(
            "short_km", "short.km", "a short name for charts, in Khmer; blank shows the English", expected=False
        ),
        make_text_column("name_km_status", "name_km_status", "whether the Khmer text still needs review"),
        make_text_column("source", "source", "where it comes from"),
    ),
    ("code",),
)

INDICATORS = FileSchema(
    "indicators",
    "Indicators",
    (
        make_code_column("the indicator's code"),
        make_reference_column("objective", "objectives", "the code of its objective"),
        *make_bilingual_columns("name", "name", "its name", required=True),
        *make_bilingual_columns("definition", "definition", "what is counted, and what is not", khmer_expected=False),
        make_text_column("unit", "unit", "the unit: count, %, ha, kg ...", required=True),
        *make_bilingual_columns("unit_label", "unit_label", "the unit as shown beside numbers; blank for a bare count"),
        Column("decimals", "decimals", "decimals shown, 0 to 6", ColumnKind.WHOLE, True, low=0, high=6),
        make_choice_column(
            "level", "its level in the results chain", ("input", "process", "output", "outcome", "impact")
        ),
        make_enum_column(
            "measure",
            words.Measure,
            "a plain number, a ratio stored as numerator and denominator, or one of the stages in stages.csv",
        ),
        *make_bilingual_columns(
            "numerator", "numerator", "what a ratio's numerator counts; blank for a number", khmer_expected=False
        ),
        *make_bilingual_columns(
            "denominator", "denominator", "what a ratio's denominator counts; blank for a number", khmer_expected=False
        ),
        Column(
            "scale",
            "scale",
            "what numerator / denominator is multiplied by: 100 for percent, else 1",
            ColumnKind.DECIMAL,
        ),
        make_enum_column("direction", words.Direction, "which way is good"),
        make_enum_column(
            "over_time",
            words.OverTime,
            "how quarters combine into a year: a flow adds up, a stock is the latest level, else their"
            " average or maximum",
        ),
        make_enum_column(
            "target_basis",
            words.TargetBasis,
            "what a target is: a year's own amount, the amount since the plan began, or the level at year's end",
        ),
        make_enum_column(
            "across_sites",
            words.AcrossSites,
            "how sites combine into the centre: as a sum, one site for all, the highest value, their mean, or the"
            " lowest stage",
        ),
        make_yes_no_column("counts_people", "whether it counts people, so that small numbers are withheld in public"),
        make_choice_column(
            "unique",
            "register: sites count each person once, as new, and report participations beside; blank: no such rule",
            (words.REGISTER,),
            required=False,
            expected=False,
            field="unique_people",
        ),
        make_enum_column(
            "percent_rule", words.PercentRule, "the headline percentage: of the target, or of the planned change"
        ),
        make_enum_column(
            "reported",
            words.ReportingFrequency,
            "when it is reported: every quarter, every fourth quarter, or the fourth quarter of years with a target",
        ),
        make_enum_column(
            "source", words.Source, "where it comes from: returns, other indicators, or the system's record of returns"
        ),
        Column(
            "numerator_ref",
            "numerator_ref",
            "the number that is its numerator, such as SO3-01/sex/women; blank: typed",
            ColumnKind.KEY,
        ),
        Column(
            "denominator_ref",
            "denominator_ref",
            "the number that is its denominator, such as SO3-01; blank: typed",
            ColumnKind.KEY,
        ),
        make_codes_column(
            "sum_of",
            "indicators",
            "of a total: the codes of the indicators that it adds up, with ; between them, such as SO3-07;SO3-08. They"
            " have the same unit and the same rules for quarters and sites; source is derived",
            expected=False,
        ),
        make_codes_column(
            "reporting_sites",
            "sites",
            "the codes of the sites that report it, with ; between them; blank: every site, of a total those of its"
            " terms",
        ),
        Column(
            "baseline_year",
            "baseline_year",
            "the year of the baseline",
            ColumnKind.YEAR,
            low=FIRST_YEAR,
            high=LAST_YEAR,
        ),
        Column(
            "baseline_value",
            "baseline_value",
            "the centre's value in that year; of stages the code or rank of one",
            ColumnKind.TARGET,
        ),
        make_choice_column("baseline_provenance", "where the baseline comes from", PROVENANCE, required=False),
        make_text_column("alignment", "alignment", "the donors' and national indicators that it serves"),
        make_choice_column("status", "whether the indicator is official", STATUS),
        *make_bilingual_columns(
            "means_of_verification", "means_of_verification", "the record that proves it", khmer_expected=False
        ),
        *make_bilingual_columns("responsible", "responsible", "who is responsible for it"),
        *(
            Column(
                f"season_q{quarter}",
                f"season.{quarter - 1}",
                f"share of a year's amount expected in quarter {quarter}; all four add up to 1, or all are blank",
                ColumnKind.DECIMAL,
                low=0,
                high=1,
            )
            for quarter in (1, 2, 3, 4)
        ),
        Column("minimum", "minimum", "the lowest value that may be typed; blank: may be negative", ColumnKind.DECIMAL),
        Column(
            "maximum",
            "maximum",
            "the highest value of a site, of a ratio its quotient; blank: 100 for %, else no limit. Only a % that says"
            " so here may exceed 100, such as 300 for cropping intensity",
            ColumnKind.DECIMAL,
            expected=False,
        ),
        make_yes_no_column("whole", "whether only whole numbers may be typed"),
        make_share_column("on_track", "its own pace for on track; blank: the plan's"),
        make_share_column("at_risk", "its own pace for at risk; blank: the plan's"),
        Column(
            "successor",
            "successor",
            "the code that follows this one when a newer plan leaves it out",
            ColumnKind.REFERENCE,
        ),
    ),
    ("code",),
)

DISAGGREGATIONS = FileSchema(
    "disaggregations",
    "Disaggregations",
    (
        make_reference_column("indicator", "indicators", "the indicator that it is a part of"),
        Column("dimension", "dimension", "what it is disaggregated by: sex, age, location ...", ColumnKind.CODE, True),
        make_yes_no_column("exhaustive", "whether the parts of this dimension add up to the total"),
        Column("category", "category", "the part's code within the dimension", ColumnKind.CODE, True),
        *make_bilingual_columns("label", "label", "the part's name", required=True),
    ),
    ("indicator", "dimension", "category"),
)

STAGES = FileSchema(
    "stages",
    "Stages",
    (
        make_reference_column("indicator", "indicators", "the indicator whose measure is stage"),
        Column(
            "rank",
            "rank",
            "the place of the stage in the order, lowest first, without gaps from 0 or 1; of no and yes 0 and 1",
            ColumnKind.WHOLE,
            True,
            low=0,
            high=99,
        ),
        Column("code", "code", "the code of the stage: planned, in-use, no, yes ...", ColumnKind.CODE, True),
        *make_bilingual_columns(
            "label", "label", "the words for the stage, as forms and pages show them", required=True
        ),
    ),
    ("indicator", "code"),
    expected=False,
)

TARGETS = FileSchema(
    "targets",
    "Targets",
    (
        make_reference_column("indicator", "indicators", "the indicator"),
        make_reference_column(
            "site", PLACES, "the site, or the code of a province such as KH-3; blank means the centre", required=False
        ),
        Column(
            "year",
            "year",
            "the year; for a site or a part, the baseline year makes it the baseline",
            ColumnKind.YEAR,
            True,
            low=FIRST_YEAR,
            high=LAST_YEAR,
        ),
        Column(
            "value",
            "value",
            "the target; blank means none that year, 0 means that nothing is planned; of stages the code or rank"
            " of one",
            ColumnKind.TARGET,
        ),
        make_choice_column("provenance", "where the target comes from", PROVENANCE, required=False),
        make_text_column("reason", "reason", "why a newer plan changed it", expected=False),
        make_text_column("part", "part", "the part, such as sex/women; blank means the total", expected=False),
    ),
    ("indicator", "site", "year", "part"),
)

SITES = FileSchema(
    "sites",
    "Sites",
    (
        make_code_column("the site's code"),
        *make_bilingual_columns("name", "name", "its name", required=True),
        make_text_column("kind", "kind", "station, outreach, office ..."),
        make_text_column(
            "iso_3166_2",
            "iso_3166_2",
            "its province as ISO 3166-2, such as KH-3; sites with the same code add up to it",
        ),
        make_text_column(
            "ncdd_code", "ncdd_code", "its code in the national gazetteer: 2, 4, 6 or 8 digits with leading zeros"
        ),
        *make_bilingual_columns("province", "province", "its province"),
        *make_bilingual_columns(
            "district",
            "district",
            "its district, whose code is the first four digits of ncdd_code",
            expected=False,
            khmer_expected=False,
        ),
        Column("lat", "lat", "latitude in degrees", ColumnKind.DECIMAL, low=-90, high=90),
        Column("lon", "lon", "longitude in degrees", ColumnKind.DECIMAL, low=-180, high=180),
        make_yes_no_column("is_centre", "whether it is the centre itself"),
        make_text_column("evidence", "evidence", "how well its location is known; the source of its district"),
        Column(
            "reports_from",
            "reports_from",
            "the first quarter that it reports on, as 2025Q3; blank: from the start",
            ColumnKind.QUARTER,
        ),
        Column(
            "closed_after", "closed_after", "the last quarter that it reports on; blank: it is open", ColumnKind.QUARTER
        ),
    ),
    ("code",),
)

SITE_ALIASES = FileSchema(
    "site_aliases",
    "Site aliases",
    (
        make_reference_column("site", "sites", "the site's code"),
        make_text_column("alias", "alias", "the other spelling; it must belong to one site only", required=True),
    ),
    ("alias",),
)

FILE_SCHEMAS = (
    PLAN,
    OBJECTIVES,
    INDICATORS,
    DISAGGREGATIONS,
    STAGES,
    TARGETS,
    SITES,
    SITE_ALIASES,
    PROGRAMMES,
    INDICATOR_PROGRAMMES,
)
"""Every file of a plan, in the order of the workbook's sheets."""

SCHEMA_BY_NAME = {schema.name: schema for schema in FILE_SCHEMAS}

IGNORED_FILES = ("khmer_terms",)
"""Files in a plan folder that are not part of the plan."""
