"""Create the tables of editions: frozen figures and rendered files."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

EXACT = sa.Numeric().with_variant(sa.Text(), "sqlite")
PARTS = ("edition_figure", "edition_withheld", "edition_file")
KEY = ("edition", "indicator", "part", "site", "period")


def upgrade() -> None:
    op.create_table(
        "edition",
        *_make_text_columns("id", "quarter"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        *_make_text_columns("replaces"),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        *_make_text_columns("contents"),
        sa.PrimaryKeyConstraint("id", name="pk_edition"),
    )
    op.create_table(
        "edition_figure",
        *_make_text_columns(*KEY, "state"),
        *(sa.Column(name, EXACT) for name in ("value", "numerator", "denominator")),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("reported", "expected", "carried", "not_collected")
        ),
        *(sa.Column(name, EXACT) for name in ("target", "baseline", "share")),
        *_make_text_columns("rule", "rating"),
        sa.Column("over_target", sa.Boolean(), nullable=False),
        *_make_text_columns("counted", "judged"),
        sa.PrimaryKeyConstraint(*KEY, name="pk_edition_figure"),
        sa.ForeignKeyConstraint(["edition"], ["edition.id"], name="fk_edition_figure_edition"),
    )
    op.create_table(
        "edition_withheld",
        *_make_text_columns(*KEY),
        *(sa.Column(name, EXACT) for name in ("value", "numerator", "denominator")),
        sa.PrimaryKeyConstraint(*KEY, name="pk_edition_withheld"),
        sa.ForeignKeyConstraint(["edition"], ["edition.id"], name="fk_edition_withheld_edition"),
    )
    op.create_table(
        "edition_file",
        *_make_text_columns("edition", "path", "language", "media_type", "etag"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("pressed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("edition", "path", name="pk_edition_file"),
        sa.ForeignKeyConstraint(["edition"], ["edition.id"], name="fk_edition_file_edition"),
    )
    op.create_table(
        "edition_opening", *_make_text_columns("edition"), sa.PrimaryKeyConstraint("edition", name="pk_edition_opening")
    )
    if op.get_bind().dialect.name == "sqlite":
        _protect_on_sqlite()
    else:
        _protect_on_postgresql()


def _make_text_columns(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _protect_on_sqlite() -> None:
    """Reject every change to a sealed edition: its row, figures and files."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'an edition does not change'); END"
    for table, column in (("edition", "id"), *((part, "edition") for part in PARTS)):
        for operation, row in (
            ("UPDATE", "OLD"),
            ("DELETE", "OLD"),
            *((("INSERT", "NEW"),) if table != "edition" else ()),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM edition WHERE id = {row}.{column} AND sealed) "
                f"AND NOT EXISTS (SELECT 1 FROM edition_opening WHERE edition = {row}.{column}) {refuse}"
            )


def _protect_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_edition_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE name text; BEGIN "
        "IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION 'an edition does not change'; END IF; "
        "IF TG_TABLE_NAME = 'edition' THEN name := OLD.id; "
        "ELSIF TG_OP = 'INSERT' THEN name := NEW.edition; ELSE name := OLD.edition; END IF; "
        "IF EXISTS (SELECT 1 FROM edition WHERE id = name AND sealed) "
        "AND NOT EXISTS (SELECT 1 FROM edition_opening WHERE edition = name) "
        "THEN RAISE EXCEPTION 'an edition does not change'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    for table in ("edition", *PARTS):
        operations = "UPDATE OR DELETE" if table == "edition" else "INSERT OR UPDATE OR DELETE"
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE {operations} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_edition_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_edition_change()"
        )
