"""The search of the header: suggestions while typing, and the page of results."""

from dataclasses import replace

from dashboard.access.context import PageContext
from dashboard.components.markup import Component, make_link, tags
from dashboard.selection import Selection, make_address
from etl.locale import N_
from etl.queries.search_plan import SearchKind, SearchMatch, search_plan

SEARCH_PARAMETER = "q"
MAX_SEARCH_LENGTH = 80
MAX_SUGGESTIONS = 20
MAX_RESULTS = 60
KIND_NAMES = {
    SearchKind.INDICATOR: N_("Indicator"),
    SearchKind.OBJECTIVE: N_("Objective"),
    SearchKind.SITE: N_("Site"),
    SearchKind.PROVINCE: N_("Province"),
    SearchKind.PROGRAMME: N_("Programme"),
}


def build_suggestions(page: PageContext, text: str) -> list[Component]:
    """Return an option for each of the best matches. A script goes to the address of the chosen one."""
    plan = page.snapshot.plans.latest if page.snapshot else None
    if plan is None:
        return []
    matches, _ = search_plan(plan, text[:MAX_SEARCH_LENGTH], limit=MAX_SUGGESTIONS)
    return [
        tags.Option(
            value=_make_option_text(match, page.language),
            label=page.gettext(KIND_NAMES[match.kind]),
            **{"data-address": make_match_address(match, page.selection)},
        )
        for match in matches
    ]


def _make_option_text(match: SearchMatch, language: str) -> str:
    """Return code and all names. Browsers offer only options whose text contains what was typed."""
    texts = (match.code, match.name.get_text(language), *match.texts)
    return " · ".join(dict.fromkeys(text for text in texts if text))


def make_match_address(match: SearchMatch, selection: Selection) -> str:
    """Return the address of the page of a match. Places and objectives replace those of the selection."""
    is_place = match.kind in (SearchKind.SITE, SearchKind.PROVINCE)
    selection = replace(selection, objectives=(), sites=() if is_place else selection.sites)
    return make_address(selection, f"/staff/{match.kind}/{match.code}")


def build_search_results(page: PageContext, text: str) -> list[Component]:
    """Return what matches the text as a list of links with their kinds and codes."""
    _ = page.gettext
    plan = page.snapshot.plans.latest if page.snapshot else None
    matches, count = search_plan(plan, text[:MAX_SEARCH_LENGTH], limit=MAX_RESULTS) if plan else ((), 0)
    if not matches:
        advice = _("Try a code, such as SO1, or a part of a name in English or Khmer.")
        return [tags.P(_("Nothing in the plan matches your search.")), tags.P(advice)] if text else [tags.P(advice)]
    count_text = page.locale.ngettext("{count} result", "{count} results", count, count=count)
    if count > len(matches):
        count_text = _(
            "The first {shown} of {count} results. Add a word to narrow the search.", shown=len(matches), count=count
        )
    items = [
        tags.Li(
            [
                make_link(match.name.get_text(page.language), href=make_match_address(match, page.selection)),
                tags.Small(f" {page.gettext(KIND_NAMES[match.kind])} {match.code}", className="muted"),
            ],
        )
        for match in matches
    ]
    return [tags.P(count_text, className="sub"), tags.Ul(items, className="results")]
