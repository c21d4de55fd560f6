"""Test that docs/plan-files.md describes every file, column and choice."""

from pathlib import Path

import pytest

from etl.plan.columns import FileSchema
from etl.plan.schemas import FILE_SCHEMAS, SETTINGS

PAGE = Path(__file__).parent.parent.parent / "docs" / "plan-files.md"


@pytest.mark.parametrize("schema", FILE_SCHEMAS, ids=lambda schema: schema.name)
def test_docs_describe_every_column_of_a_file(schema: FileSchema) -> None:
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"## {schema.file}\n")
    section = section.partition("\n## ")[0]
    for column in schema.columns if schema is not FILE_SCHEMAS[0] else (*schema.columns, *SETTINGS):
        row = next((line for line in section.splitlines() if line.startswith(f"| `{column.name}` |")), "")
        assert column.description in row, column.name
        assert all(f"`{choice}`" in row for choice in column.choices), column.name
