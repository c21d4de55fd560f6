"""The page about plan files names every file, column and choice."""

from pathlib import Path

import pytest

from etl.plan.columns import FILE_SCHEMAS, SETTINGS, FileSchema

PAGE = Path(__file__).parent.parent.parent / "docs" / "plan-files.md"


@pytest.mark.parametrize("shape", FILE_SCHEMAS, ids=lambda shape: shape.name)
def test_every_column_of_a_file_stands_in_its_section_with_its_meaning(shape: FileSchema) -> None:
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"## {shape.file}\n")
    section = section.partition("\n## ")[0]
    for column in shape.columns if shape is not FILE_SCHEMAS[0] else (*shape.columns, *SETTINGS):
        row = next((line for line in section.splitlines() if line.startswith(f"| `{column.name}` |")), "")
        assert column.description in row, column.name
        assert all(f"`{choice}`" in row for choice in column.choices), column.name
