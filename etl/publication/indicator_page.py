"""One indicator for the public: finding, numbers by year, quarter, site and part, remarks, definition and method."""

from collections.abc import Sequence

from markupsafe import Markup

from etl.indicators.editions import PLAN, Book, EditionFigure, PublicRemark
from etl.indicators.periods import Quarter
from etl.indicators.results import Rating
from etl.indicators.vocabulary import Indicator, OverTime, Source
from etl.locale.translations import format_day, format_quarter, speak
from etl.publication.front_page import edition_line
from etl.publication.public_page import Place, link, public_page
from etl.publication.public_tables import actual_of_target, amount, badge, bullet, number, row, share, table
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.year_bars import Bar, draw_years
from etl.wording import unit_words
from etl.wording.editions import (
    complete_words,
    judged_words,
    number_words,
    state_words,
    sum_words,
    title_words,
)


def indicator_page(book: Book, indicator: Indicator, place: Place) -> bytes:
    """The page of one indicator, of the plan or closed."""
    language = place.language
    figure = book.total(indicator.code)
    title = title_words(figure, indicator, book, language)
    body = Markup("").join(
        [
            _crumb(book, indicator, place),
            Markup("<h1>{}</h1>").format(title),
            Markup('<p class="sub">{}</p>').format(indicator.definition.in_language(language)),
            _closed(book, indicator, place),
            _facts(book, figure, indicator, language),
            _years(book, indicator, language),
            _remarks(book.remarks(indicator.code), language),
            _quarters(book, indicator, language),
            _parts(book, indicator, language),
            _sites(book, indicator, language),
            _definition(book, indicator, place),
            edition_line(book, place),
        ]
    )
    return public_page(book, place, title=title, told=indicator.definition.in_language(language) or title, body=body)


def _crumb(book: Book, indicator: Indicator, place: Place) -> Markup:
    say = speak(place.language)
    plan = link(place.to("index.html"), say("Plan"))
    objective = book.plan.objective_by_code.get(indicator.objective)
    if objective is None:
        return Markup('<p class="crumb">{} › {}</p>').format(plan, indicator.code)
    above = link(place.to(f"objectives/{objective.code}.html"), say("Objective {code}", code=objective.code))
    return Markup('<p class="crumb">{} › {} › {}</p>').format(plan, above, indicator.code)


def _closed(book: Book, indicator: Indicator, place: Place) -> Markup:
    """Since when and by which plan the indicator is closed, and what follows it."""
    say = speak(place.language)
    found = next((one for one in book.edition.closed if one.indicator.code == indicator.code), None)
    if found is None:
        return Markup("")
    told = say(
        "Closed since {day} by plan version {version}. These are its last figures.",
        day=format_day(found.since, place.language),
        version=found.since_version,
    )
    follower = book.find_indicator(indicator.successor) if indicator.successor else None
    following = (
        Markup(" {} {}").format(
            say("It is followed by"),
            link(place.to(f"indicators/{follower.code}.html"), follower.name.in_language(place.language)),
        )
        if follower
        else ""
    )
    return Markup('<p class="note">{}{}</p>').format(told, following)


def _facts(book: Book, figure: EditionFigure, indicator: Indicator, language: str) -> Markup:
    """The plan to date in its parts: result, target, percentage and how it came about, status, completeness."""
    say = speak(language)
    computed = sum_words(figure, indicator, language)
    facts: list[tuple[str, Markup | str]] = [
        (say("Result to date"), actual_of_target(figure, book, indicator, language)),
        (say("Percent"), Markup("{} {}").format(share(figure, language), bullet(figure, indicator, language))),
        (say("How is this computed?"), computed),
        (say("Baseline"), number(figure, "baseline", indicator, language) or say("no baseline")),
        (say("Status"), badge(figure.rated, language, over_target=figure.over_target)),
        (say("Judged at"), _counted(figure, language)),
        (say("Complete?"), complete_words(figure, language) or say("complete")),
        ("", judged_words(figure, language)),
    ]
    listed = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, found) for name, found in facts if found and str(found).strip()
    )
    return Markup('<dl class="facts">{}</dl>').format(listed)


def _counted(figure: EditionFigure, language: str) -> str:
    if not figure.counted:
        return ""
    year, _, number_of = figure.counted.partition("Q")
    return format_quarter(Quarter(int(year), int(number_of)), language)


def _years(book: Book, indicator: Indicator, language: str) -> Markup:
    """The bars and the same as a table: baseline, target, result, percentage and status of every year."""
    say = speak(language)
    found = [(year, book.find(indicator.code, period=str(year))) for year in book.edition.years]
    there = [(year, one) for year, one in found if one is not None]
    if not there:
        return Markup("")
    unit = unit_words(indicator, language)
    name = indicator.name.in_language(language)
    words = say("Result of each year as a bar, its target as a stroke: {name}", name=name)
    picture = draw_years([_bar(book, indicator, year, one, language) for year, one in there], words)
    heads = (say("Year"), say("Target"), say("Result"), say("Percent"), say("Status"), say("Complete?"))
    rows = Markup("").join(
        row(
            str(year),
            (
                ("n", number(one, "target", indicator, language) or say("no target")),
                ("n", amount(one, book, indicator, language)),
                ("n share", share(one, language)),
                ("rated", badge(one.rated, language, over_target=one.over_target)),
                ("muted", complete_words(one, language)),
            ),
        )
        for year, one in there
    )
    note = say("A bar is a year's result, a stroke its target; a pale bar is a year that has not ended.")
    note += f" {say('Unit')}: {unit}." if unit else ""
    return Markup("<section><h2>{}</h2><figure>{}<figcaption>{}</figcaption></figure>{}</section>").format(
        say("Year by year"), picture, note, table(say("Year by year"), heads, rows, kind="told")
    )


def _bar(book: Book, indicator: Indicator, year: int, figure: EditionFigure, language: str) -> Bar:
    shown = number_words(figure.value, indicator, language) if figure.value is not None else None
    rated = figure.rated or Rating.NO_DATA
    return Bar(
        name=str(year),
        actual=figure.value,
        actual_words=shown or state_words(figure, book, language),
        target=figure.target,
        fill=RATING_STYLES[rated].fill,
        is_unfinished=Quarter(year, 4) > book.edition.quarter,
    )


def _quarters(book: Book, indicator: Indicator, language: str) -> Markup:
    """What each quarter brought, or its level at the end; those in which the indicator is asked."""
    say = speak(language)
    found = [(quarter, one) for quarter, one in book.quarters(indicator.code) if one.state != "not_applicable"]
    if not found:
        return Markup("")
    heads = (say("Quarter"), say("Result"), say("Complete?"))
    rows = Markup("").join(
        row(
            format_quarter(quarter, language),
            (("n", amount(one, book, indicator, language)), ("muted", complete_words(one, language))),
        )
        for quarter, one in reversed(found)
    )
    return Markup("<section><h2>{0}</h2><details><summary>{1}</summary>{2}</details></section>").format(
        say("Quarter by quarter"), say("The numbers as a table"), table(say("Quarter by quarter"), heads, rows)
    )


def _parts(book: Book, indicator: Indicator, language: str) -> Markup:
    """The parts of the total, such as women and youth, year by year."""
    say = speak(language)
    parts = book.parts(indicator.code)
    if not parts:
        return Markup("")
    found = [
        (
            part.label.in_language(language),
            [book.find(indicator.code, part=part.key, period=one) for one in _columns(book)],
        )
        for part in parts
    ]
    return _by_year(book, indicator, language, caption=say("By part"), head=say("Part"), found=found)


def _sites(book: Book, indicator: Indicator, language: str) -> Markup:
    """The same by site, where more than one reports it."""
    say = speak(language)
    sites = book.sites(indicator.code)
    if len(sites) < 2:
        return Markup("")
    found = [
        (
            site.name.in_language(language),
            [book.find(indicator.code, site=site.code, period=one) for one in _columns(book)],
        )
        for site in sites
    ]
    return _by_year(book, indicator, language, caption=say("By site"), head=say("Site"), found=found)


def _columns(book: Book) -> list[str]:
    """The columns: the years that have begun, then the plan to date."""
    return [*map(str, book.edition.years), PLAN]


def _by_year(
    book: Book,
    indicator: Indicator,
    language: str,
    *,
    caption: str,
    head: str,
    found: Sequence[tuple[str, Sequence[EditionFigure | None]]],
) -> Markup:
    """A section with a row for each name, a column for each year and one for the plan to date."""
    rows = Markup("").join(row(name, _cells(book, indicator, figures, language)) for name, figures in found)
    heads = (head, *_columns(book)[:-1], speak(language)("Plan to date"))
    return Markup("<section><h2>{0}</h2>{1}</section>").format(caption, table(caption, heads, rows))


def _cells(
    book: Book, indicator: Indicator, found: Sequence[EditionFigure | None], language: str
) -> tuple[tuple[str, Markup | str], ...]:
    return tuple(("n", amount(one, book, indicator, language) if one is not None else "–") for one in found)


def _remarks(found: Sequence[PublicRemark], language: str) -> Markup:
    """Why the indicator stands where it stands, and what is being done, where the centre publishes it."""
    say = speak(language)
    if not found:
        return Markup("")
    told = Markup("").join(_remark(one, language) for one in found)
    return Markup('<section class="remarks"><h2>{}</h2>{}</section>').format(say("What the centre says of it"), told)


def _remark(one: PublicRemark, language: str) -> Markup:
    say = speak(language)
    lines = [Markup("<p>{}</p>").format(one.why)]
    if one.agreed:
        due = format_day(one.due, language) if one.due else ""
        who = " · ".join(part for part in (one.responsible, due, say("done") if one.is_done else "") if part)
        lines.append(Markup("<p>{} {} <small>{}</small></p>").format(say("What is being done:"), one.agreed, who))
    return Markup("<h3>{}</h3>{}").format(format_quarter(one.quarter, language), Markup("").join(lines))


def _definition(book: Book, indicator: Indicator, place: Place) -> Markup:
    """The reference sheet: unit, direction, how quarters and sites come together, where numbers come from."""
    language = place.language
    say = speak(language)
    programmes = [one for one in book.plan.programmes if indicator in book.indicators_for(one)]
    facts: list[tuple[str, Markup | str]] = [
        (say("Unit"), unit_words(indicator, language) or say("a count")),
        (say("Numerator"), indicator.numerator.in_language(language)),
        (say("Denominator"), indicator.denominator.in_language(language)),
        (say("How it is put together"), _method(indicator, language)),
        (say("Means of verification"), indicator.means_of_verification.in_language(language)),
        (say("Responsible"), indicator.responsible.in_language(language)),
        (say("Alignment"), indicator.alignment),
        (say("In the plan as"), say("provisional") if indicator.status == "provisional" else indicator.status),
        (
            say("Programmes and partners"),
            Markup(", ").join(
                link(place.to(f"programmes/{one.code}.html"), one.name.in_language(language)) for one in programmes
            ),
        ),
    ]
    listed = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in facts if one[1])
    how = link(place.to("about/figures.html"), say("How figures are computed"))
    return Markup('<section class="definition"><h2>{}</h2><dl class="facts">{}</dl><p>{}</p></section>').format(
        say("Definition and method"), listed, how
    )


def _method(indicator: Indicator, language: str) -> str:
    say = speak(language)
    if indicator.source is Source.SYSTEM:
        return say("Computed by the system from its record of returns; nobody types it.")
    if indicator.is_ratio:
        return say(
            "The numerators of the sites are added, then the denominators, then the one is divided by the other."
        )
    if indicator.over_time is OverTime.FLOW:
        return say("The amounts of the quarters and sites are added.")
    if indicator.over_time is OverTime.STOCK:
        return say("The latest level of each site is added.")
    return say("The reported quarters of each site are put together, then the sites.")
