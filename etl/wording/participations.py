"""Texts about indicators that count each person once, with participations beside."""

from etl.indicators.vocabulary import PARTICIPATIONS, Indicator, LocalizedText, Part
from etl.locale import LANGUAGES, N_, Locale, get_locale

PARTICIPATIONS_LABEL = N_("Participations (attendances, not people)")

NEW_PEOPLE_NOTE = N_(
    "Counts new people: each person once, when a site first registers them. Participations count every attendance; "
    "they are shown beside the people and never added to them."
)


def describe_part(part: Part, locale: Locale) -> str:
    """Return the label of a part, or of the participations beside the parts."""
    return localize_part_label(part).get_text(locale.language)


def localize_part_label(part: Part) -> LocalizedText:
    """Return the label of a part, or of the participations beside the parts, in both languages."""
    if part.key != PARTICIPATIONS:
        return part.label
    return LocalizedText(*(get_locale(language).gettext(PARTICIPATIONS_LABEL) for language in LANGUAGES))


def describe_new_people(indicator: Indicator, locale: Locale) -> str:
    """Return the note beside every figure of an indicator that counts new people; blank for others."""
    return locale.gettext(NEW_PEOPLE_NOTE) if indicator.counts_new_people else ""
