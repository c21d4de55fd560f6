"""Every sample there is, of forms and of tables, in the order of the documentation."""

from tests.finding_samples import of_checks, of_files, of_forms, of_handling, of_history, of_layouts, of_numbers
from tests.finding_samples.sample import Sample

SAMPLES: tuple[Sample, ...] = (
    *of_files.SAMPLES,
    *of_forms.SAMPLES,
    *of_handling.SAMPLES,
    *of_numbers.SAMPLES,
    *of_checks.SAMPLES,
    *of_history.SAMPLES,
)
SAMPLE_BY_CODE = {sample.code: sample for sample in SAMPLES}
TABLE_SAMPLES = of_layouts.SAMPLES
