"""Say what the IATI file of an edition leaves out: kinds of figures, withheld numbers, and what no setting states."""

from collections import Counter
from enum import StrEnum

from etl.exports.edition.iati import list_iati_figures, list_iati_periods
from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure, Suppression, parse_period
from etl.indicators.periods import Quarter
from etl.locale import N_, Locale


class Omission(StrEnum):
    """Why the file has no number of a figure that has one."""

    RETIRED = "retired"
    QUARTER = "quarter"
    SITE_PART = "site_part"
    PLAN = "plan"
    OTHER = "other"
    SMALL = "small"
    WITHHELD = "withheld"
    REDACTED = "redacted"


_TEXTS = {
    Omission.RETIRED: N_("Figures of indicators that the plan no longer has"),
    Omission.QUARTER: N_("Figures of quarters: the periods of an indicator may not overlap"),
    Omission.SITE_PART: N_("Figures of a part at a single site: a site and a part stand beside the total only"),
    Omission.PLAN: N_("Figures of the plan to date, of indicators that are rated by a single year"),
    Omission.OTHER: N_("Figures of other periods and places"),
    Omission.SMALL: N_("Withheld: fewer than {limit} people"),
    Omission.WITHHELD: N_("Withheld: a small count could be derived from them"),
    Omission.REDACTED: N_("Removed from the edition after its publication"),
}
_OMISSION_BY_STATE = {
    Suppression.SMALL: Omission.SMALL,
    Suppression.WITHHELD: Omission.WITHHELD,
    Suppression.REDACTED: Omission.REDACTED,
}


def count_iati_omissions(contents: EditionContents) -> dict[Omission, int]:
    """Return the number of figures that the file leaves out, by reason.

    A figure without a number, such as one that nobody reported, is not counted: no other file has it either.
    """
    exported = {
        figure.key
        for indicator in contents.plan.indicators
        for period in list_iati_periods(contents, indicator)
        for figure in list_iati_figures(contents, indicator, period)
    }
    counts = Counter(
        _find_kind(figure, contents) if figure.key not in exported else _OMISSION_BY_STATE[Suppression(figure.state)]
        for figure in contents.figures
        if figure.is_suppressed or (figure.value is not None and figure.key not in exported)
    )
    return {omission: counts[omission] for omission in Omission if counts[omission]}


def _find_kind(figure: EditionFigure, contents: EditionContents) -> Omission:
    key = figure.key
    if key.indicator not in contents.plan.indicator_by_code:
        return Omission.RETIRED
    if isinstance(parse_period(key.period), Quarter):
        return Omission.QUARTER
    if key.part and key.site:
        return Omission.SITE_PART
    return Omission.PLAN if key.period == PLAN_TO_DATE else Omission.OTHER


def describe_iati_omissions(contents: EditionContents, locale: Locale) -> tuple[tuple[str, int], ...]:
    """Return each reason in words with the number of figures, for the page of editions and the command line."""
    limit = contents.plan.settings.small_count
    counts = count_iati_omissions(contents)
    return tuple((locale.gettext(_TEXTS[omission], limit=limit), count) for omission, count in counts.items())
