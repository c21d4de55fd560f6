"""Words for the numbers that differ from the edition before."""

from collections.abc import Iterator
from dataclasses import dataclass

from etl.indicators.editions import EditionContents, Restatement
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording.editions import describe_restated_value, format_number, get_small_count_limit
from etl.wording.participations import describe_part


@dataclass(frozen=True)
class RestatedNumber:
    """A value or a target that differs from the edition before. `subject` names it, its part and its site."""

    indicator: Indicator
    subject: str
    period: str
    before: str
    after: str


def iterate_changes(contents: EditionContents, locale: Locale) -> Iterator[RestatedNumber]:
    """Yield the restated values and targets of an edition, in its order, without those of codes it doesn't have."""
    for restatement in contents.edition.restatements:
        yield from _iterate_changes(contents, restatement, locale)


def _iterate_changes(contents: EditionContents, restatement: Restatement, locale: Locale) -> Iterator[RestatedNumber]:
    key = restatement.key
    indicator = contents.find_indicator(key.indicator)
    if indicator is None:
        return
    _ = locale.gettext
    names = {province.code: province.name for province in contents.plan.provinces}
    names |= {site.code: site.name for site in contents.plan.sites}
    sites = {code: name.get_text(locale.language) for code, name in names.items()}
    plan_parts = contents.plan.list_parts_and_participations(indicator.code)
    parts = {part.key: describe_part(part, locale) for part in plan_parts}
    location = " · ".join(filter(None, (parts.get(key.part, key.part), sites.get(key.site, key.site))))
    if (restatement.old_state, restatement.old_value) != (restatement.new_state, restatement.new_value):
        limit = get_small_count_limit(contents)
        before, after = (
            describe_restated_value(state, value, indicator, limit, locale)
            for state, value in (
                (restatement.old_state, restatement.old_value),
                (restatement.new_state, restatement.new_value),
            )
        )
        yield RestatedNumber(indicator, f"{_('Result')} {location}".strip(), key.period, before, after)
    if restatement.old_target != restatement.new_target:
        before, after = (
            _("no target") if target is None else format_number(target, indicator, locale)
            for target in (restatement.old_target, restatement.new_target)
        )
        yield RestatedNumber(indicator, f"{_('Target')} {location}".strip(), key.period, before, after)
