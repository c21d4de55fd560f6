"""How high rows must be."""

from etl.returns.form.row_heights import count_lines, measure_height, measure_width


def test_marks_and_letters_set_under_others_take_no_width():
    assert measure_width("ស្ត្រី") == measure_width("ស")


def test_a_text_takes_the_lines_that_it_needs():
    assert count_lines("a" * 20, 10) == 2
    assert count_lines("a\nb", 10) == 2
    assert count_lines("", 10) == 1


def test_khmer_needs_higher_lines():
    assert measure_height("ស", 20) > measure_height("s", 20)
