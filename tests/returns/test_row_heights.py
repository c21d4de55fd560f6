"""Tests of row heights."""

from etl.returns.form.row_heights import count_lines, measure_height, measure_width


def test_combining_marks_and_subscripts_have_no_width():
    assert measure_width("ស្ត្រី") == measure_width("ស")


def test_long_lines_wrap_and_line_breaks_count():
    assert count_lines("a" * 20, 10) == 2
    assert count_lines("a\nb", 10) == 2
    assert count_lines("", 10) == 1


def test_khmer_lines_are_higher():
    assert measure_height("ស", 20) > measure_height("s", 20)
