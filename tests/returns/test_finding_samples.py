"""Every code of the catalogue has a sample that causes it, and a valid counterpart that causes no finding."""

from collections import Counter

import pytest

from etl.returns.findings.finding import CATALOGUE
from tests.finding_samples.all_samples import SAMPLES, TABLE_SAMPLES
from tests.support.write_samples import write_samples

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=[sample.code for sample in SAMPLES])


def test_every_code_has_exactly_one_sample():
    assert Counter(sample.code for sample in (*SAMPLES, *TABLE_SAMPLES)) == Counter(CATALOGUE.keys())


@EACH
def test_the_faulty_file_causes_exactly_its_findings(sample):
    counts = Counter(finding.code for finding in sample.examine_faulty().findings)
    assert counts == Counter((sample.code, *sample.extra_codes))


@EACH
def test_the_valid_counterpart_causes_no_finding(sample):
    result = sample.examine_good()
    assert [finding.code for finding in result.findings] == []
    assert result.is_acceptable


def test_samples_with_extra_codes_give_a_reason():
    assert all(bool(sample.extra_codes) == bool(sample.extra_codes_reason) for sample in SAMPLES)


@pytest.mark.slow
def test_every_sample_can_be_written_as_a_file(tmp_path):
    names = {path.name for path in write_samples(tmp_path)}
    assert len(names) == 2 * (len(SAMPLES) + len(TABLE_SAMPLES))
    assert {"file-ods.ods", "part-over-total.xlsx", "part-over-total-good.xlsx"} <= names
