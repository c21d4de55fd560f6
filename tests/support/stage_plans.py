"""The test plan with an indicator that is measured in stages."""

from pathlib import Path

from tests.support.plan_edits import Edit, apply_edits, copy_plan, read_records, write_records

BUILDING = (
    ("1", "planned", "planned", "គ្រោងទុក"),
    ("2", "under-way", "under way", "កំពុងដំណើរការ"),
    ("3", "in-use", "in use", "កំពុងប្រើប្រាស់"),
)


def make_stage_plan(folder: Path, stages: tuple[tuple[str, str, str, str], ...] = BUILDING) -> Path:
    """Copy the test plan with S.1 measured in stages: planned in 2023, under way in 2024 and in use in 2026."""
    plan = copy_plan(folder)
    fields = {
        "measure": "stage",
        "percent_rule": "of_target",
        "across_sites": "minimum",
        "baseline_value": "planned",
        "unit": "stage",
        "unit_label_en": "",
        "reporting_sites": "",
    }
    apply_edits(plan, *(Edit("indicators", "S.1", column, text) for column, text in fields.items()))
    apply_edits(plan, Edit("indicators", "S.2", "denominator_ref", ""))
    records = [
        {"indicator": "S.1", "rank": rank, "code": code, "label_en": en, "label_km": km}
        for rank, code, en, km in stages
    ]
    (plan / "stages.csv").write_text("indicator,rank,code,label_en,label_km\n", encoding="utf-8")
    write_records(plan, "stages", records)
    targets = {"2024": "under-way", "2025": "2", "2026": "In use", "2027": "៣", "2028": "កំពុង​ប្រើប្រាស់"}
    write_targets(plan, targets)
    return plan


def write_targets(plan: Path, by_year: dict[str, str]) -> None:
    others = [record for record in read_records(plan, "targets") if record["indicator"] != "S.1"]
    rows = [{"indicator": "S.1", "year": year, "value": value} for year, value in by_year.items()]
    write_records(plan, "targets", [*others, *rows])
