"""What the abbreviations in names of the plan mean."""

import re

from etl.indicators.plans import Plan
from etl.locale import N_, Locale

_MEANINGS = {
    "CA": N_("conservation agriculture"),
    "R4D": N_("research for development"),
}


def explain_abbreviations(plan: Plan, locale: Locale) -> str:
    """Return what the abbreviations in names of objectives and indicators mean; blank where they have none."""
    names = [text for objective in plan.objectives for text in (objective.name, objective.short)]
    names += [indicator.name for indicator in plan.indicators]
    words = {word for name in names for word in re.findall(r"\w+", name.get_text(locale.language))}
    return " ".join(
        f"{abbreviation}: {locale.gettext(meaning)}."
        for abbreviation, meaning in _MEANINGS.items()
        if abbreviation in words
    )
