"""Every code of the catalogue has a file that gives it, and a good neighbour of that file that gives nothing."""

from collections import Counter

import pytest

from etl.returns.findings.finding import CATALOGUE
from tests.finding_samples.all_samples import SAMPLES, TABLE_SAMPLES
from tests.support.write_samples import write_samples

EACH = pytest.mark.parametrize("sample", SAMPLES, ids=[sample.code for sample in SAMPLES])


def test_every_code_has_exactly_one_sample():
    assert Counter(sample.code for sample in (*SAMPLES, *TABLE_SAMPLES)) == Counter(CATALOGUE.keys())


@EACH
def test_the_faulty_file_gives_its_finding_and_no_other(sample):
    found = Counter(finding.code for finding in sample.examine_faulty().findings)
    assert found == Counter((sample.code, *sample.extra_codes))


@EACH
def test_the_good_neighbour_gives_no_finding(sample):
    assert [finding.code for finding in sample.examine_good().findings] == []
    assert sample.examine_good().is_acceptable


def test_a_finding_that_goes_with_another_says_why():
    assert all(bool(sample.extra_codes) == bool(sample.extra_codes_reason) for sample in SAMPLES)


@pytest.mark.slow
def test_every_sample_can_be_written_as_a_file(tmp_path):
    written = {path.name for path in write_samples(tmp_path)}
    assert len(written) == 2 * (len(SAMPLES) + len(TABLE_SAMPLES))
    assert {"file-ods.ods", "part-over-total.xlsx", "part-over-total-good.xlsx"} <= written
