"""Limits of the gate and the reader for each kind of upload."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class WorkbookLimits:
    """Limits of the contents of a workbook and of the cost of reading it. Sizes are in bytes."""

    name: str
    file_size: int
    inflated_size: int
    part_size: int
    tags: int
    rows: int
    columns: int
    cells: int
    """Non-empty cells of one sheet."""
    total_cells: int
    """Cells of all sheets. Empty cells that only have a style count too, since reading them takes time."""
    text_length: int
    """Characters of all cells together."""
    response_size: int
    """Larger responses of the reader process are refused, to protect the memory of the parent process."""
    cpu_seconds: int
    """CPU time for one file, without waiting time."""
    seconds: float
    """Elapsed time for one file."""
    reads_all_sheets: bool
    """False: if the workbook contains a form, read only the form's sheet and the hidden sheet."""


RETURN_LIMITS = WorkbookLimits(
    name="return",
    file_size=10 * MEGABYTE,
    inflated_size=128 * MEGABYTE,
    part_size=64 * MEGABYTE,
    tags=3_000_000,
    rows=20_000,
    columns=512,
    cells=400_000,
    total_cells=600_000,
    text_length=32 * MEGABYTE,
    response_size=4 * MEGABYTE,
    cpu_seconds=4,
    seconds=30.0,
    reads_all_sheets=False,
)
"""A typical return takes 0.01 CPU seconds and produces a response of 0.1 MB."""

PLAN_LIMITS = WorkbookLimits(
    name="plan",
    file_size=20 * MEGABYTE,
    inflated_size=128 * MEGABYTE,
    part_size=96 * MEGABYTE,
    tags=5_000_000,
    rows=120_000,
    columns=200,
    cells=600_000,
    total_cells=800_000,
    text_length=32 * MEGABYTE,
    response_size=32 * MEGABYTE,
    cpu_seconds=20,
    seconds=90.0,
    reads_all_sheets=True,
)
"""A plan with 100 indicators and 1,000 sites has 77,000 targets in 400,000 cells."""

LIMITS_BY_NAME = {limits.name: limits for limits in (RETURN_LIMITS, PLAN_LIMITS)}
