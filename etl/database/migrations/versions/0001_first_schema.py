"""Create the tables of plans, returns, figures, users and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_plan()
    _create_indicators()
    _create_sites()
    _create_parts_and_targets()
    _create_programmes()
    _create_files()
    _create_returns()
    _create_numbers()
    _create_users()
    _create_audit_log()
    if op.get_bind().dialect.name == "sqlite":
        _protect_audit_on_sqlite()
    else:
        _protect_audit_on_postgresql()


def _make_text_columns(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _create_plan() -> None:
    op.create_table(
        "plan_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        *_make_text_columns("sha256", "source_name", "loaded_by"),
        sa.Column("loaded_at", MOMENT, nullable=False),
        *_make_text_columns("reason"),
        sa.PrimaryKeyConstraint("number", name="pk_plan_version"),
    )
    op.create_table(
        "plan_settings",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("name_en", "name_km"),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        *_make_text_columns(
            "status",
            "overall_objective_en",
            "overall_objective_km",
            "vision_en",
            "vision_km",
            "mission_en",
            "mission_km",
        ),
        sa.Column("first_month_of_year", sa.Integer(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("on_track", EXACT, nullable=False),
        sa.Column("at_risk", EXACT, nullable=False),
        sa.Column("over_target", EXACT, nullable=False),
        sa.Column("tolerance", EXACT, nullable=False),
        sa.Column("min_reported", EXACT, nullable=False),
        sa.Column("carry_quarters", sa.Integer(), nullable=False),
        sa.Column("small_count", sa.Integer(), nullable=False),
        *_make_text_columns("youth_age"),
        sa.Column("effective_from", sa.Date()),
        *_make_text_columns("sources"),
        sa.PrimaryKeyConstraint("version", name="pk_plan_settings"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_plan_settings_version"),
    )


def _create_indicators() -> None:
    op.create_table(
        "objective",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("code"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_make_text_columns("name_en", "name_km", "short_en", "short_km", "name_km_status", "source"),
        sa.PrimaryKeyConstraint("version", "code", name="pk_objective"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_objective_version"),
    )
    op.create_table(
        "indicator",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("code"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_make_text_columns(
            "objective",
            "name_en",
            "name_km",
            "definition_en",
            "definition_km",
            "unit",
            "unit_label_en",
            "unit_label_km",
        ),
        sa.Column("decimals", sa.Integer(), nullable=False),
        *_make_text_columns("level", "measure", "numerator_en", "numerator_km", "denominator_en", "denominator_km"),
        sa.Column("scale", EXACT, nullable=False),
        *_make_text_columns("direction", "over_time", "target_basis", "across_sites"),
        sa.Column("counts_people", sa.Boolean(), nullable=False),
        *_make_text_columns("percent_rule", "reported", "source"),
        sa.Column("numerator_ref", sa.Text()),
        sa.Column("denominator_ref", sa.Text()),
        *_make_text_columns("reporting_sites"),
        sa.Column("baseline_year", sa.Integer()),
        sa.Column("baseline_value", EXACT),
        *_make_text_columns(
            "baseline_provenance",
            "alignment",
            "status",
            "means_of_verification_en",
            "means_of_verification_km",
            "responsible_en",
            "responsible_km",
        ),
        sa.Column("season", sa.Text()),
        sa.Column("minimum", EXACT),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("on_track", EXACT),
        sa.Column("at_risk", EXACT),
        *_make_text_columns("successor"),
        sa.PrimaryKeyConstraint("version", "code", name="pk_indicator"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_indicator_version"),
        sa.ForeignKeyConstraint(
            ["version", "objective"], ["objective.version", "objective.code"], name="fk_indicator_version_objective"
        ),
    )


def _create_sites() -> None:
    op.create_table(
        "site",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("code"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_make_text_columns("name_en", "name_km", "kind", "iso_3166_2", "ncdd_code", "province_en", "province_km"),
        sa.Column("lat", EXACT),
        sa.Column("lon", EXACT),
        sa.Column("is_centre", sa.Boolean(), nullable=False),
        *_make_text_columns("evidence"),
        sa.Column("reports_from", sa.Text()),
        sa.Column("closed_after", sa.Text()),
        sa.PrimaryKeyConstraint("version", "code", name="pk_site"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_site_version"),
    )
    op.create_table(
        "site_alias",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("site", "alias"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version", "site", "alias", name="pk_site_alias"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_site_alias_version"),
        sa.ForeignKeyConstraint(["version", "site"], ["site.version", "site.code"], name="fk_site_alias_version_site"),
    )


def _create_parts_and_targets() -> None:
    op.create_table(
        "disaggregation",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("indicator", "dimension", "category"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("exhaustive", sa.Boolean(), nullable=False),
        *_make_text_columns("label_en", "label_km"),
        sa.PrimaryKeyConstraint("version", "indicator", "dimension", "category", name="pk_disaggregation"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_disaggregation_version"),
        sa.ForeignKeyConstraint(
            ["version", "indicator"],
            ["indicator.version", "indicator.code"],
            name="fk_disaggregation_version_indicator",
        ),
    )
    op.create_table(
        "target",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("indicator", "site"),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", EXACT, nullable=False),
        *_make_text_columns("provenance", "reason"),
        sa.PrimaryKeyConstraint("version", "indicator", "site", "year", name="pk_target"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_target_version"),
        sa.ForeignKeyConstraint(
            ["version", "indicator"], ["indicator.version", "indicator.code"], name="fk_target_version_indicator"
        ),
    )


def _create_programmes() -> None:
    op.create_table(
        "programme",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("code"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_make_text_columns("name_en", "name_km", "kind", "note_en", "note_km", "source"),
        sa.PrimaryKeyConstraint("version", "code", name="pk_programme"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_programme_version"),
    )
    op.create_table(
        "indicator_programme",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("indicator", "programme"),
        sa.Column("position", sa.Integer(), nullable=False),
        *_make_text_columns("provenance"),
        sa.PrimaryKeyConstraint("version", "indicator", "programme", name="pk_indicator_programme"),
        sa.ForeignKeyConstraint(["version"], ["plan_version.number"], name="fk_indicator_programme_version"),
        sa.ForeignKeyConstraint(
            ["version", "indicator"],
            ["indicator.version", "indicator.code"],
            name="fk_indicator_programme_version_indicator",
        ),
        sa.ForeignKeyConstraint(
            ["version", "programme"],
            ["programme.version", "programme.code"],
            name="fk_indicator_programme_version_programme",
        ),
    )


def _create_files() -> None:
    op.create_table(
        "quarter",
        *_make_text_columns("quarter"),
        sa.Column("locked", sa.Boolean(), nullable=False),
        *_make_text_columns("changed_by"),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("quarter", name="pk_quarter"),
    )
    op.create_table(
        "received_file",
        *_make_text_columns("sha256", "name"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_received_file"),
    )


def _create_returns() -> None:
    op.create_table(
        "return",
        sa.Column("id", sa.Integer(), nullable=False),
        *_make_text_columns("site", "quarter", "sha256", "state", "basis"),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        *_make_text_columns("sender"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("first_submitted_at", MOMENT),
        sa.Column("submitted_at", MOMENT),
        sa.Column("decided_at", MOMENT),
        *_make_text_columns("approver"),
        sa.Column("supersedes", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_return"),
        sa.ForeignKeyConstraint(["plan_version"], ["plan_version.number"], name="fk_return_plan_version"),
        sa.ForeignKeyConstraint(["sha256"], ["received_file.sha256"], name="fk_return_sha256"),
        sa.ForeignKeyConstraint(["supersedes"], ["return.id"], name="fk_return_supersedes"),
    )
    op.create_index("ix_return_sha256", "return", ["sha256"])
    op.create_index("ix_return_site_quarter", "return", ["site", "quarter"])
    is_submitted = sa.text("state = 'submitted'")
    op.create_index(
        "uq_return_open",
        "return",
        ["site", "quarter"],
        unique=True,
        sqlite_where=is_submitted,
        postgresql_where=is_submitted,
    )
    is_approved = sa.text("state = 'approved'")
    op.create_index(
        "uq_return_standing",
        "return",
        ["site", "quarter"],
        unique=True,
        sqlite_where=is_approved,
        postgresql_where=is_approved,
    )
    op.create_table(
        "return_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_make_text_columns("who"),
        sa.Column("old_state", sa.Text()),
        *_make_text_columns("new_state", "comment"),
        sa.PrimaryKeyConstraint("id", name="pk_return_event"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name="fk_return_event_return_id"),
    )
    op.create_index("ix_return_event_return_id", "return_event", ["return_id"])


def _create_numbers() -> None:
    op.create_table(
        "cell",
        sa.Column("return_id", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("indicator", "part", "state"),
        sa.Column("value", EXACT),
        *_make_text_columns("raw", "sheet", "address", "note"),
        sa.PrimaryKeyConstraint("return_id", "indicator", "part", name="pk_cell"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name="fk_cell_return_id"),
        sa.CheckConstraint("(state = 'reported') = (value IS NOT NULL)", name=op.f("ck_cell_value_if_reported")),
    )
    op.create_table(
        "finding",
        sa.Column("return_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *_make_text_columns("code", "severity", "sheet", "cell", "key", "parameters", "suggestion"),
        sa.PrimaryKeyConstraint("return_id", "position", name="pk_finding"),
        sa.ForeignKeyConstraint(["return_id"], ["return.id"], name="fk_finding_return_id"),
    )
    op.create_table(
        "rollup",
        *_make_text_columns("basis", "indicator", "part", "site", "quarter", "state"),
        sa.Column("value", EXACT),
        sa.Column("denominator", EXACT),
        sa.Column("covered_by", sa.Text()),
        sa.PrimaryKeyConstraint("basis", "indicator", "part", "site", "quarter", name="pk_rollup"),
    )
    op.create_index("ix_rollup_site_quarter", "rollup", ["site", "quarter"])


def _create_users() -> None:
    op.create_table(
        "user",
        *_make_text_columns("name", "display_name", "role"),
        sa.Column("all_sites", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_user"),
    )
    op.create_table(
        "user_site",
        *_make_text_columns("user", "site"),
        sa.PrimaryKeyConstraint("user", "site", name="pk_user_site"),
        sa.ForeignKeyConstraint(["user"], ["user.name"], name="fk_user_site_user"),
    )
    op.create_table(
        "session",
        *_make_text_columns("token_hash", "user"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        *_make_text_columns("csrf_seed"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
        sa.ForeignKeyConstraint(["user"], ["user.name"], name="fk_session_user"),
    )
    op.create_index("ix_session_user", "session", ["user"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        *_make_text_columns("subject_hash"),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_subject_hash_at", "sign_in_attempt", ["subject_hash", "at"])


def _create_audit_log() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_make_text_columns("who", "act", "subject", "old", "new", "why"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject"])
    op.create_table(
        "counter",
        *_make_text_columns("name"),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.execute("INSERT INTO counter (name, value) VALUES ('data_version', 0)")


def _protect_audit_on_sqlite() -> None:
    """Make the audit log append-only with triggers."""
    for operation in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_event_no_{operation.lower()} BEFORE {operation} ON audit_event "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )


def _protect_audit_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )
