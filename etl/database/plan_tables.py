"""Tables of the plan. Each row carries the number of its plan version and its position in the file."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    Text,
)

from etl.database.column_types import (
    DecimalTuple,
    EnumText,
    ExactDecimal,
    KeyText,
    QuarterText,
    TextTuple,
    UtcDateTime,
)
from etl.indicators.vocabulary import (
    AcrossSites,
    Direction,
    Measure,
    OverTime,
    PercentRule,
    ReportingFrequency,
    Source,
    TargetBasis,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def make_text_column(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[str]:
    """Return a text column that is NOT NULL by default: blank in the plan is blank here."""
    return Column(name, Text, primary_key=primary_key, nullable=nullable)


def _make_bilingual_columns(name: str) -> tuple[Column[str], Column[str]]:
    """Return the English and the Khmer column of a text."""
    return make_text_column(f"{name}_en"), make_text_column(f"{name}_km")


def _make_version_column() -> Column[int]:
    return Column("version", Integer, ForeignKey("plan_version.number"), primary_key=True, autoincrement=False)


def _make_position_column() -> Column[int]:
    """Return the column for the row's position in the file: order is part of the plan."""
    return Column("position", Integer, nullable=False)


def _make_plan_foreign_key(column: str, table: str) -> ForeignKeyConstraint:
    """Return a foreign key to a code of the same plan version."""
    return ForeignKeyConstraint(["version", column], [f"{table}.version", f"{table}.code"])


plan_versions = Table(
    "plan_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("effective", Date, nullable=False),
    Column("is_provisional", Boolean, nullable=False),
    make_text_column("sha256"),
    make_text_column("source_name"),
    make_text_column("loaded_by"),
    Column("loaded_at", UtcDateTime, nullable=False),
    make_text_column("reason"),
)

plan_settings = Table(
    "plan_settings",
    metadata,
    _make_version_column(),
    *_make_bilingual_columns("name"),
    Column("first_year", Integer, nullable=False),
    Column("last_year", Integer, nullable=False),
    make_text_column("status"),
    *_make_bilingual_columns("overall_objective"),
    *_make_bilingual_columns("vision"),
    *_make_bilingual_columns("mission"),
    Column("first_month_of_year", Integer, nullable=False),
    Column("due_days", Integer, nullable=False),
    Column("on_track", ExactDecimal, nullable=False),
    Column("at_risk", ExactDecimal, nullable=False),
    Column("over_target", ExactDecimal, nullable=False),
    Column("tolerance", ExactDecimal, nullable=False),
    Column("min_reported", ExactDecimal, nullable=False),
    Column("carry_quarters", Integer, nullable=False),
    Column("small_count", Integer, nullable=False),
    make_text_column("youth_age"),
    Column("effective_from", Date),
    Column("sources", TextTuple, nullable=False),
    Column("additive_units", Text, nullable=False, server_default=""),
    Column("headlines", Text, nullable=False, server_default=""),
)

objectives = Table(
    "objective",
    metadata,
    _make_version_column(),
    make_text_column("code", primary_key=True),
    _make_position_column(),
    *_make_bilingual_columns("name"),
    *_make_bilingual_columns("short"),
    make_text_column("name_km_status"),
    make_text_column("source"),
)

indicators = Table(
    "indicator",
    metadata,
    _make_version_column(),
    make_text_column("code", primary_key=True),
    _make_position_column(),
    make_text_column("objective"),
    *_make_bilingual_columns("name"),
    *_make_bilingual_columns("definition"),
    make_text_column("unit"),
    *_make_bilingual_columns("unit_label"),
    Column("decimals", Integer, nullable=False),
    make_text_column("level"),
    Column("measure", EnumText(Measure), nullable=False),
    *_make_bilingual_columns("numerator"),
    *_make_bilingual_columns("denominator"),
    Column("scale", ExactDecimal, nullable=False),
    Column("direction", EnumText(Direction), nullable=False),
    Column("over_time", EnumText(OverTime), nullable=False),
    Column("target_basis", EnumText(TargetBasis), nullable=False),
    Column("across_sites", EnumText(AcrossSites), nullable=False),
    Column("counts_people", Boolean, nullable=False),
    Column("percent_rule", EnumText(PercentRule), nullable=False),
    Column("reported", EnumText(ReportingFrequency), nullable=False),
    Column("source", EnumText(Source), nullable=False),
    Column("numerator_ref", KeyText),
    Column("denominator_ref", KeyText),
    Column("reporting_sites", TextTuple, nullable=False),
    Column("baseline_year", Integer),
    Column("baseline_value", ExactDecimal),
    make_text_column("baseline_provenance"),
    make_text_column("alignment"),
    make_text_column("status"),
    *_make_bilingual_columns("means_of_verification"),
    *_make_bilingual_columns("responsible"),
    Column("season", DecimalTuple),
    Column("minimum", ExactDecimal),
    Column("whole", Boolean, nullable=False),
    Column("on_track", ExactDecimal),
    Column("at_risk", ExactDecimal),
    make_text_column("successor"),
    Column("maximum", ExactDecimal),
    Column("unique_people", Text, nullable=False, server_default=""),
    Column("sum_of", TextTuple, nullable=False, server_default="[]"),
    _make_plan_foreign_key("objective", "objective"),
)

parts = Table(
    "disaggregation",
    metadata,
    _make_version_column(),
    make_text_column("indicator", primary_key=True),
    make_text_column("dimension", primary_key=True),
    make_text_column("category", primary_key=True),
    _make_position_column(),
    Column("exhaustive", Boolean, nullable=False),
    *_make_bilingual_columns("label"),
    _make_plan_foreign_key("indicator", "indicator"),
)

stages = Table(
    "stage",
    metadata,
    _make_version_column(),
    make_text_column("indicator", primary_key=True),
    make_text_column("code", primary_key=True),
    _make_position_column(),
    Column("rank", Integer, nullable=False),
    *_make_bilingual_columns("label"),
    _make_plan_foreign_key("indicator", "indicator"),
)

sites = Table(
    "site",
    metadata,
    _make_version_column(),
    make_text_column("code", primary_key=True),
    _make_position_column(),
    *_make_bilingual_columns("name"),
    make_text_column("kind"),
    make_text_column("iso_3166_2"),
    make_text_column("ncdd_code"),
    *_make_bilingual_columns("province"),
    Column("lat", ExactDecimal),
    Column("lon", ExactDecimal),
    Column("is_centre", Boolean, nullable=False),
    make_text_column("evidence"),
    Column("reports_from", QuarterText),
    Column("closed_after", QuarterText),
    Column("district_en", Text, nullable=False, server_default=""),
    Column("district_km", Text, nullable=False, server_default=""),
)

site_aliases = Table(
    "site_alias",
    metadata,
    _make_version_column(),
    make_text_column("site", primary_key=True),
    make_text_column("alias", primary_key=True),
    _make_position_column(),
    _make_plan_foreign_key("site", "site"),
)

programmes = Table(
    "programme",
    metadata,
    _make_version_column(),
    make_text_column("code", primary_key=True),
    _make_position_column(),
    *_make_bilingual_columns("name"),
    make_text_column("kind"),
    *_make_bilingual_columns("note"),
    make_text_column("source"),
)

indicator_programmes = Table(
    "indicator_programme",
    metadata,
    _make_version_column(),
    make_text_column("indicator", primary_key=True),
    make_text_column("programme", primary_key=True),
    _make_position_column(),
    make_text_column("provenance"),
    _make_plan_foreign_key("indicator", "indicator"),
    _make_plan_foreign_key("programme", "programme"),
)

targets = Table(
    "target",
    metadata,
    _make_version_column(),
    make_text_column("indicator", primary_key=True),
    make_text_column("site", primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    _make_position_column(),
    Column("value", ExactDecimal, nullable=False),
    make_text_column("provenance"),
    make_text_column("reason"),
    Column("part", Text, primary_key=True, server_default=""),
    _make_plan_foreign_key("indicator", "indicator"),
)
