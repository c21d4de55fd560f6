"""Texts about indicators that count each person once, with participations beside."""

from etl.indicators.results import Amount
from etl.indicators.vocabulary import PARTICIPATIONS, Indicator, LocalizedText, Part
from etl.locale import LANGUAGES, N_, Locale, get_locale
from etl.wording import append_unit, describe_amount

PARTICIPATIONS_LABEL = N_("Participations (attendances, not people)")

NEW_PEOPLE_NOTE = N_(
    "Counts new people: each person once, when a site first registers them. Participations count every attendance; "
    "they are shown beside the people and never added to them."
)


def describe_part(part: Part, locale: Locale) -> str:
    """Return the label of a part, or of the participations beside the parts."""
    return localize_part_label(part).get_text(locale.language)


def describe_number_name(indicator: Indicator, part: Part | None, locale: Locale) -> str:
    """Return the name of an indicator, or `indicator: part`."""
    name = indicator.name.get_text(locale.language)
    return name if part is None else f"{name}: {describe_part(part, locale)}"


def localize_part_label(part: Part) -> LocalizedText:
    """Return the label of a part, or of the participations beside the parts, in both languages."""
    if part.key != PARTICIPATIONS:
        return part.label
    return _localize(PARTICIPATIONS_LABEL)


def localize_new_people() -> LocalizedText:
    """Return the heading of new people beside participations, in both languages."""
    return _localize(N_("New people"))


def _localize(text: str) -> LocalizedText:
    return LocalizedText(*(get_locale(language).gettext(text) for language in LANGUAGES))


def describe_participations(amount: Amount, indicator: Indicator, locale: Locale) -> str:
    """Return `Participations (attendances, not people): 86`."""
    return f"{locale.gettext(PARTICIPATIONS_LABEL)}: {describe_amount(amount, indicator, locale)}"


def list_participations_labels(indicator: Indicator, locale: Locale) -> tuple[str, str, str]:
    """Return key, label and unit of the row of participations in a table."""
    return (f"{indicator.code}/{PARTICIPATIONS}", locale.gettext(PARTICIPATIONS_LABEL), locale.gettext("attendances"))


def append_part_unit(text: str, indicator: Indicator, part: Part | None, locale: Locale) -> str:
    """Return the text followed by the unit of the indicator; participations are never called people."""
    if part is not None and part.key == PARTICIPATIONS:
        return locale.gettext("{amount} participations", amount=text)
    return append_unit(text, indicator, locale)


def describe_new_people(indicator: Indicator, locale: Locale) -> str:
    """Return the note beside every figure of an indicator that counts new people; blank for others."""
    return locale.gettext(NEW_PEOPLE_NOTE) if indicator.counts_new_people else ""
