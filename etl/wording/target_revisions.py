"""Texts about targets that a later plan version revised."""

from decimal import Decimal

from etl.indicators.editions import EditionContents, EditionFigure
from etl.indicators.results import Figure, TargetRevision
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import describe_number


def describe_target_revisions(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return `Target revised on 30 Nov 2026: 20 → 18`, for each revision; blank without one."""
    return "; ".join(_describe(revision, indicator, locale) for revision in figure.target_revisions)


def describe_edition_revisions(figure: EditionFigure, contents: EditionContents, locale: Locale) -> str:
    """Return the same for a figure of an edition."""
    indicator = contents.get_indicator(figure.key.indicator)
    return "; ".join(_describe(revision, indicator, locale) for revision in contents.list_target_revisions(figure.key))


def _describe(revision: TargetRevision, indicator: Indicator, locale: Locale) -> str:
    _ = locale.gettext
    before, after = (
        describe_number(amount, indicator, locale) if isinstance(amount, Decimal) else _("none")
        for amount in (revision.before, revision.after)
    )
    parameters = {"day": locale.format_day(revision.on), "before": before, "after": after}
    if revision.is_expected_value:
        return _("Expected value revised on {day}: {before} → {after}", **parameters)
    return _("Target revised on {day}: {before} → {after}", **parameters)
