"""Find the stage that a text names: by its label in either language, its code or its rank."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from etl.indicators.vocabulary import LocalizedText, Stage

LABEL_SEPARATOR = " / "
"""Stands between the English and the Khmer label in the lists of forms."""
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


def find_stage_by_text(stages: Sequence[Stage], text: str) -> Stage | None:
    """Return the stage that the text names; None for any other text. Case, spaces and Khmer digits don't matter."""
    normalized = normalize_stage_text(text)
    return next((stage for stage in stages if normalized in iterate_stage_texts(stage)), None)


def iterate_stage_texts(stage: Stage) -> Iterator[str]:
    """Yield the normalized texts that name the stage."""
    for text in (format_stage(stage), stage.label.en, stage.label.km, stage.code, str(stage.rank)):
        if text:
            yield normalize_stage_text(text)


def format_stage(stage: Stage) -> str:
    """Return the labels of the stage in both languages, as the lists of forms show them."""
    label = stage.label
    return f"{label.en}{LABEL_SEPARATOR}{label.km}" if label.km and label.km != label.en else label.en


def describe_stages(stages: Sequence[Stage]) -> LocalizedText:
    """Return the labels of all stages in order, separated by commas, in each language."""
    labels = [stage.label for stage in stages]
    return LocalizedText(*(", ".join(label.get_text(language) for label in labels) for language in ("en", "km")))


def group_by_stage(
    stages: Sequence[Stage], ranks: Iterable[tuple[LocalizedText, object]]
) -> tuple[tuple[Stage | None, tuple[LocalizedText, ...]], ...]:
    """Return the names of the sites at each stage, lowest first; under None those without one, if there are any."""
    names: dict[object, list[LocalizedText]] = {}
    known_ranks = {stage.rank for stage in stages}
    for name, rank in ranks:
        names.setdefault(rank if rank in known_ranks else None, []).append(name)
    groups: list[tuple[Stage | None, tuple[LocalizedText, ...]]] = [
        (stage, tuple(names.get(stage.rank, ()))) for stage in stages
    ]
    return (*groups, *([(None, tuple(names[None]))] if None in names else []))


def normalize_stage_text(text: str) -> str:
    """Return the text in lower case, with single spaces, Latin digits and without invisible characters."""
    letters = (_fold_digit(letter) for letter in unicodedata.normalize("NFC", text) if letter not in _INVISIBLE)
    return " ".join("".join(letters).casefold().split())


def _fold_digit(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)
