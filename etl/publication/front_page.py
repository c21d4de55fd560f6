"""The donors' page: where the plan stands, objective by objective, with every indicator's number and status."""

from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.indicators.results import Rating, RatingCounts
from etl.indicators.vocabulary import Objective
from etl.locale import Locale
from etl.publication.public_page import EditionPage, join_parts, link, render_public_page
from etl.publication.public_tables import badge, indicators_table
from etl.publication.svg import draw_strip
from etl.wording import describe_rating_counts, rating_counts_title
from etl.wording.editions import count_edition_ratings, describe_restatement_count, small_count_limit, sort_by_urgency

DOWNLOADS = (
    ("downloads/figures.csv", "CSV"),
    ("downloads/figures-{language}.xlsx", "Excel"),
    ("downloads/datapackage.zip", "Data Package"),
    ("downloads/iati.xml", "IATI"),
    ("api/figures.json", "JSON"),
)
"""Of each edition; both languages share them."""


def render_front_page(contents: EditionContents, page: EditionPage) -> bytes:
    """The page at the edition's own address."""
    locale = page.locale
    _ = locale.gettext
    settings = contents.plan.settings
    title = format_plan_title(contents, locale)
    told = _("What the plan set out to do, how far each indicator is, and what is missing.")
    body = Markup("").join(
        [
            Markup("<h1>{}</h1>").format(title),
            Markup('<p class="sub">{}</p>').format(
                _(
                    "CARDEC researches and teaches conservation agriculture for Cambodia's farmers. This page shows "
                    "how far its strategic plan, {first} to {last}, has come, from approved returns of its sites.",
                    first=settings.first_year,
                    last=settings.last_year,
                )
            ),
            render_edition_line(contents, page),
            _clocks(contents, locale),
            _overall(contents, locale),
            Markup("").join(render_objective_section(contents, one, page) for one in contents.plan.objectives),
            _programmes(contents, page),
            render_legend(contents, locale),
        ]
    )
    return render_public_page(contents, page, title=title, description=told, body=body, current_path="index.html")


def format_plan_title(contents: EditionContents, locale: Locale) -> str:
    """The plan's finding in one sentence."""
    settings = contents.plan.settings
    _ = locale.gettext
    plan = _("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)
    return f"{plan}: {rating_counts_title(count_edition_ratings(contents), locale)}"


def render_edition_line(contents: EditionContents, page: EditionPage) -> Markup:
    """Which edition this is, what it restates, and its downloads."""
    locale = page.locale
    _ = locale.gettext
    edition = contents.edition
    parts: list[Markup | str] = [
        _("Edition {name}", name=edition.id),
        _("published {day}", day=locale.format_day(edition.published_on)),
    ]
    if edition.before:
        words = describe_restatement_count(len(edition.restatements), edition.before, locale)
        parts.append(link(page.link_to("changes.html"), words))
    parts += [link(page.root + path.format(language=locale.language), name) for path, name in DOWNLOADS]
    parts.append(link(page.link_to("about/cite.html"), _("How to cite")))
    notes = Markup("").join(
        Markup('<p class="note">{}</p>').format(
            _("Taken out on {day}: {what}. {why}", day=locale.format_day(one.on), what=one.what, why=one.why)
        )
        for one in edition.taken_out
    )
    replaced = (
        Markup('<p class="note">{}</p>').format(
            _("This edition replaces {edition}. {why}", edition=edition.replaces, why=edition.reason)
        )
        if edition.replaces
        else ""
    )
    explore = Markup("<p>{} {}</p>").format(
        link(page.link_to("explore.html"), _("Explore these figures")),
        Markup('<span class="muted">{}</span>').format(
            _("interactive, with charts by year and site: about 700 KB, needs JavaScript")
        ),
    )
    return Markup('<p class="edition">{}</p>{}{}{}').format(join_parts(parts), replaced, notes, explore)


def _clocks(book: EditionContents, locale: Locale) -> Markup:
    """How much time of the plan is gone, and how complete the returns are."""
    _ = locale.gettext
    edition = book.edition
    gone = _("{share} of the plan's time is gone.", share=locale.format_share(edition.time_gone, 0))
    returns = _(
        "{received} of {expected} returns of the sites are in and approved.",
        received=edition.returns_received,
        expected=edition.returns_expected,
    )
    return Markup('<p class="clocks">{} {}</p>').format(gone, returns)


def _overall(book: EditionContents, locale: Locale) -> Markup:
    text = book.plan.settings.overall_objective.in_language(locale.language)
    if not text:
        return Markup("")
    return Markup("<section><h2>{}</h2><p>{}</p>{}</section>").format(
        locale.gettext("Overall objective"), text, render_rating_strip(count_edition_ratings(book), locale)
    )


def render_rating_strip(rating_counts: RatingCounts, locale: Locale) -> Markup:
    """The ratings as one bar, and the same in words under it."""
    words = describe_rating_counts(rating_counts, locale)
    return Markup('{}<p class="counts">{}</p>').format(draw_strip(rating_counts.counts, words), words)


def render_objective_section(
    contents: EditionContents, objective: Objective, page: EditionPage, *, level: int = 2
) -> Markup:
    """One objective with its strip and the table of its indicators, those in need first."""
    locale = page.locale
    _ = locale.gettext
    indicators = contents.indicators_of(objective)
    name = link(page.link_to(f"objectives/{objective.code}.html"), objective.name.in_language(locale.language))
    heading = Markup('<p class="code">{}</p><h{}>{}</h{}>').format(
        _("Strategic objective {code}", code=objective.code), level, name if level == 2 else name.striptags(), level
    )
    tally = count_edition_ratings(contents, tuple(one.code for one in indicators))
    caption = _("Indicators of objective {code}", code=objective.code)
    rows = indicators_table(contents, sort_by_urgency(contents, indicators), page, caption)
    return Markup('<section class="objective">{}{}{}</section>').format(
        heading, render_rating_strip(tally, locale), rows
    )


def _programmes(book: EditionContents, place: EditionPage) -> Markup:
    locale = place.locale
    _ = locale.gettext
    found = [one for one in book.plan.programmes if book.indicators_for(one)]
    if not found:
        return Markup("")
    items = Markup("").join(
        Markup("<li>{}</li>").format(
            link(place.link_to(f"programmes/{one.code}.html"), one.name.in_language(locale.language))
        )
        for one in found
    )
    return Markup("<section><h2>{}</h2><p>{}</p><ul>{}</ul></section>").format(
        _("Programmes and partners"),
        _("Which indicators each of them supports or reports on."),
        items,
    )


def render_legend(contents: EditionContents, locale: Locale) -> Markup:
    """What the words and signs of a rating mean, and why some numbers are blank."""
    _ = locale.gettext
    meanings = {
        Rating.ACHIEVED: _("the target of the period is met"),
        Rating.ON_TRACK: _("at the expected value by now, or close to it"),
        Rating.AT_RISK: _("behind the expected value"),
        Rating.OFF_TRACK: _("far behind the expected value"),
        Rating.INCOMPLETE: _("behind, but returns are missing that could change it"),
        Rating.NO_DATA: _("too few numbers are in to say"),
        Rating.NOT_DUE: _("nothing is due yet"),
        Rating.NO_TARGET: _("the plan sets no target"),
    }
    blanks = (
        (_("missing"), _("a return was due and has not come or is not approved")),
        (_("not collected"), _("the site says that it did not measure it")),
        (_("not due yet"), _("the quarter has not ended or its return is not due")),
        (
            _("fewer than {limit}", limit=small_count_limit(contents)),
            _("so few people that they could be recognised, so the number is not shown"),
        ),
        (_("withheld"), _("a number from which such a small one could be worked out")),
    )
    items = [(badge(rating, locale), words) for rating, words in meanings.items()]
    items += [(Markup('<span class="blank">{}</span>').format(word), words) for word, words in blanks]
    listed = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in items)
    return Markup('<section class="legend"><h2>{}</h2><dl>{}</dl></section>').format(
        _("What the words and signs mean"), listed
    )
