"""The other pages of an edition: an objective, a programme, the downloads, what it restates."""

from collections.abc import Iterator

from markupsafe import Markup

from etl.indicators.editions import EditionContents, Restatement
from etl.indicators.vocabulary import Indicator, Objective, Programme
from etl.locale import Locale
from etl.publication.front_page import render_edition_line, render_legend, render_objective_section
from etl.publication.public_page import EditionPage, link, render_public_page
from etl.publication.public_tables import indicators_table, row, table
from etl.wording import rating_counts_title
from etl.wording.editions import (
    count_edition_ratings,
    describe_edition_period,
    describe_restated_value,
    small_count_limit,
)


def render_objective_page(contents: EditionContents, objective: Objective, page: EditionPage) -> bytes:
    """One objective with its indicators."""
    locale = page.locale
    _ = locale.gettext
    codes = tuple(one.code for one in contents.indicators_of(objective))
    name = objective.name.in_language(locale.language)
    told = f"{name}: {rating_counts_title(count_edition_ratings(contents, codes), locale)}"
    crumb = Markup('<p class="crumb">{} › {}</p>').format(link(page.link_to("index.html"), _("Plan")), objective.code)
    body = (
        crumb
        + render_objective_section(contents, objective, page, level=1)
        + render_edition_line(contents, page)
        + render_legend(contents, locale)
    )
    return render_public_page(contents, page, title=name, description=told, body=body)


def render_programme_page(contents: EditionContents, programme: Programme, page: EditionPage) -> bytes:
    """One programme or partner with the indicators that it supports or reports on."""
    locale = page.locale
    _ = locale.gettext
    name = programme.name.in_language(locale.language)
    indicators = contents.indicators_for(programme)
    told = _("The indicators of CARDEC's plan that {name} supports or reports on.", name=name)
    provenance = {one.provenance for one in contents.plan.indicator_programmes if one.programme == programme.code}
    illustrative = (
        Markup('<p class="note">{}</p>').format(
            _("Which indicators it supports is an illustration until the programme confirms it.")
        )
        if "illustrative" in provenance
        else ""
    )
    caption = _("Indicators of {name}", name=name)
    body = Markup("").join(
        [
            Markup('<p class="crumb">{} › {}</p>').format(link(page.link_to("index.html"), _("Plan")), programme.code),
            Markup('<h1>{}</h1><p class="sub">{}</p>').format(
                name, programme.note.in_language(locale.language) or told
            ),
            illustrative,
            Markup('<section class="objective"><h2>{}</h2>{}</section>').format(
                _("Its indicators"),
                indicators_table(contents, indicators, page, caption)
                if indicators
                else Markup("<p>{}</p>").format(_("No indicator of the plan names it.")),
            ),
            render_edition_line(contents, page),
        ]
    )
    return render_public_page(contents, page, title=name, description=told, body=body)


def render_downloads_page(contents: EditionContents, page: EditionPage) -> bytes:
    """Every download with what it is for."""
    _ = page.locale.gettext
    title = _("Downloads of edition {name}", name=contents.edition.id)
    files = (
        ("downloads/figures.csv", "CSV", _("every figure as a row, for any program")),
        (
            f"downloads/figures-{page.language}.xlsx",
            "Excel",
            _("the same in a workbook, with the plan's indicators"),
        ),
        ("downloads/datapackage.zip", "Data Package", _("the same with a description that programs can read")),
        (
            "downloads/iati.xml",
            "IATI 2.03",
            _("an IATI activity with results: baseline, target, actual by year"),
        ),
        ("api/figures.json", "JSON", _("the same for programs; its address and fields stay")),
    )
    rows = Markup("").join(row(link(page.root + path, name), (("", words),)) for path, name, words in files)
    note = _(
        "All of them hold the same frozen numbers as the pages. Exact numbers are given; pages round them. A number "
        "that is not shown has its reason in its place."
    )
    body = Markup("<h1>{}</h1><p>{}</p>{}{}").format(
        title,
        note,
        table(title, (_("File"), _("What it is")), rows, css_class="words"),
        render_edition_line(contents, page),
    )
    return render_public_page(contents, page, title=title, description=note, body=body, current_path="downloads.html")


def render_changes_page(contents: EditionContents, page: EditionPage) -> bytes:
    """What is another number than in the edition before."""
    locale = page.locale
    _ = locale.gettext
    edition = contents.edition
    title = _("What edition {name} restates", name=edition.id)
    told = (
        _("Compared with edition {name}, for periods that had ended then.", name=edition.before)
        if edition.before
        else _("This is the first edition, so there are no restatements.")
    )
    heads = (_("Indicator"), _("What"), _("Period"), _("Before"), _("Now"))
    rows = Markup("").join(_change(contents, one, page) for one in edition.restatements)
    shown = table(title, heads, rows) if edition.restatements else Markup("<p>{}</p>").format(_("Nothing is restated."))
    body = Markup("<h1>{}</h1><p>{}</p>{}{}").format(title, told, shown, render_edition_line(contents, page))
    return render_public_page(contents, page, title=title, description=told, body=body)


def _change(book: EditionContents, one: Restatement, place: EditionPage) -> Markup:
    locale = place.locale
    indicator = book.find_indicator(one.key.indicator)
    if indicator is None:
        return Markup("")
    name = link(place.link_to(f"indicators/{indicator.code}.html"), indicator.name.in_language(locale.language))
    lines = list(_lines(book, one, indicator, locale))
    return Markup("").join(
        row(name, (("", what), ("", describe_edition_period(one.key.period, locale)), ("n", before), ("n", now)))
        for what, before, now in lines
    )


def _lines(
    book: EditionContents, one: Restatement, indicator: Indicator, locale: Locale
) -> Iterator[tuple[str, str, str]]:
    _ = locale.gettext
    sites = {site.code: site.name.in_language(locale.language) for site in book.plan.sites}
    parts = {part.key: part.label.in_language(locale.language) for part in book.parts(indicator.code)}
    where = " · ".join(
        word for word in (parts.get(one.key.part, one.key.part), sites.get(one.key.site, one.key.site)) if word
    )
    if (one.old_state, one.old_value) != (one.new_state, one.new_value):
        before = describe_restated_value(
            one.old_state, one.old_value, indicator.decimals, small_count_limit(book), locale
        )
        now = describe_restated_value(one.new_state, one.new_value, indicator.decimals, small_count_limit(book), locale)
        yield f"{_('Result')} {where}".strip(), before, now
    if one.old_target != one.new_target:
        old, new = (
            _("no target") if target is None else locale.format_amount(target, indicator.decimals)
            for target in (one.old_target, one.new_target)
        )
        yield f"{_('Target')} {where}".strip(), old, new
