"""How high rows must be."""

from etl.returns.form.row_heights import height_of, lines_of, width_of


def test_marks_and_letters_set_under_others_take_no_width():
    assert width_of("ស្ត្រី") == width_of("ស")


def test_a_text_takes_the_lines_that_it_needs():
    assert lines_of("a" * 20, 10) == 2
    assert lines_of("a\nb", 10) == 2
    assert lines_of("", 10) == 1


def test_khmer_needs_higher_lines():
    assert height_of("ស", 20) > height_of("s", 20)
