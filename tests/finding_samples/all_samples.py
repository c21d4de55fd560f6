"""All samples, of forms and of tables, in the order of docs/findings.md."""

from tests.finding_samples import (
    check_samples,
    file_samples,
    form_samples,
    handling_samples,
    history_samples,
    layout_samples,
    number_samples,
    stage_samples,
)
from tests.finding_samples.sample import Sample

SAMPLES: tuple[Sample, ...] = (
    *file_samples.SAMPLES,
    *form_samples.SAMPLES,
    *handling_samples.SAMPLES,
    *number_samples.SAMPLES,
    *stage_samples.SAMPLES,
    *check_samples.SAMPLES,
    *history_samples.SAMPLES,
)
SAMPLE_BY_CODE = {sample.code: sample for sample in SAMPLES}
TABLE_SAMPLES = layout_samples.SAMPLES
