"""One indicator for the public: finding, numbers by year, quarter, site and part, remarks, definition and method."""

from collections.abc import Sequence

from markupsafe import Markup

from etl.indicators.editions import PLAN_TO_DATE, EditionContents, EditionFigure, PublicRemark
from etl.indicators.periods import Quarter
from etl.indicators.results import Rating
from etl.indicators.vocabulary import Indicator, OverTime, Source
from etl.locale import Locale
from etl.publication.front_page import render_edition_line
from etl.publication.public_page import EditionPage, link, render_public_page
from etl.publication.public_tables import actual_of_target, amount, badge, bullet, number, row, share, table
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.year_bars import Bar, draw_years
from etl.wording import describe_unit
from etl.wording.editions import (
    describe_edition_completeness,
    describe_missing_value,
    describe_rated_period,
    edition_figure_title,
    format_edition_calculation,
    format_number,
)


def render_indicator_page(contents: EditionContents, indicator: Indicator, page: EditionPage) -> bytes:
    """The page of one indicator, of the plan or closed."""
    locale = page.locale
    figure = contents.plan_to_date_figure(indicator.code)
    title = edition_figure_title(figure, indicator, contents, locale)
    body = Markup("").join(
        [
            _crumb(contents, indicator, page),
            Markup("<h1>{}</h1>").format(title),
            Markup('<p class="sub">{}</p>').format(indicator.definition.in_language(locale.language)),
            _closed(contents, indicator, page),
            _facts(contents, figure, indicator, locale),
            _years(contents, indicator, locale),
            _remarks(contents.remarks(indicator.code), locale),
            _quarters(contents, indicator, locale),
            _parts(contents, indicator, locale),
            _sites(contents, indicator, locale),
            _definition(contents, indicator, page),
            render_edition_line(contents, page),
        ]
    )
    return render_public_page(
        contents, page, title=title, description=indicator.definition.in_language(locale.language) or title, body=body
    )


def _crumb(book: EditionContents, indicator: Indicator, place: EditionPage) -> Markup:
    _ = place.locale.gettext
    plan = link(place.link_to("index.html"), _("Plan"))
    objective = book.plan.objective_by_code.get(indicator.objective)
    if objective is None:
        return Markup('<p class="crumb">{} › {}</p>').format(plan, indicator.code)
    above = link(place.link_to(f"objectives/{objective.code}.html"), _("Objective {code}", code=objective.code))
    return Markup('<p class="crumb">{} › {} › {}</p>').format(plan, above, indicator.code)


def _closed(book: EditionContents, indicator: Indicator, place: EditionPage) -> Markup:
    """Since when and by which plan the indicator is closed, and what follows it."""
    _ = place.locale.gettext
    found = next((one for one in book.edition.closed if one.indicator.code == indicator.code), None)
    if found is None:
        return Markup("")
    told = _(
        "Closed since {day} by plan version {version}. These are its last figures.",
        day=place.locale.format_day(found.since),
        version=found.since_version,
    )
    follower = book.find_indicator(indicator.successor) if indicator.successor else None
    following = (
        Markup(" {} {}").format(
            _("It is followed by"),
            link(place.link_to(f"indicators/{follower.code}.html"), follower.name.in_language(place.language)),
        )
        if follower
        else ""
    )
    return Markup('<p class="note">{}{}</p>').format(told, following)


def _facts(book: EditionContents, figure: EditionFigure, indicator: Indicator, locale: Locale) -> Markup:
    """The plan to date in its parts: result, target, percentage and how it came about, status, completeness."""
    _ = locale.gettext
    computed = format_edition_calculation(figure, indicator, locale)
    facts: list[tuple[str, Markup | str]] = [
        (_("Result to date"), actual_of_target(figure, book, indicator, locale)),
        (_("Percent"), Markup("{} {}").format(share(figure, locale), bullet(figure, indicator, locale))),
        (_("How is this calculated?"), computed),
        (_("Baseline"), number(figure, "baseline", indicator, locale) or _("no baseline")),
        (_("Status"), badge(figure.public_rating, locale, over_target=figure.over_target)),
        (_("Assessed at"), _counted(figure, locale)),
        (_("Completeness"), describe_edition_completeness(figure, locale) or _("complete")),
        ("", describe_rated_period(figure, locale)),
    ]
    listed = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, found) for name, found in facts if found and str(found).strip()
    )
    return Markup('<dl class="facts">{}</dl>').format(listed)


def _counted(figure: EditionFigure, locale: Locale) -> str:
    if not figure.counted:
        return ""
    year, _, number_of = figure.counted.partition("Q")
    return locale.format_quarter(Quarter(int(year), int(number_of)))


def _years(book: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """The bars and the same as a table: baseline, target, result, percentage and status of every year."""
    _ = locale.gettext
    found = [(year, book.find(indicator.code, period=str(year))) for year in book.edition.years]
    there = [(year, one) for year, one in found if one is not None]
    if not there:
        return Markup("")
    unit = describe_unit(indicator, locale)
    name = indicator.name.in_language(locale.language)
    words = _("Result of each year as a bar, its target as a stroke: {name}", name=name)
    picture = draw_years([_bar(book, indicator, year, one, locale) for year, one in there], words)
    heads = (_("Year"), _("Target"), _("Result"), _("Percent"), _("Status"), _("Completeness"))
    rows = Markup("").join(
        row(
            str(year),
            (
                ("n", number(one, "target", indicator, locale) or _("no target")),
                ("n", amount(one, book, indicator, locale)),
                ("n share", share(one, locale)),
                ("rated", badge(one.public_rating, locale, over_target=one.over_target)),
                ("muted", describe_edition_completeness(one, locale)),
            ),
        )
        for year, one in there
    )
    note = _("A bar is a year's result, a stroke its target; a pale bar is a year that has not ended.")
    note += f" {_('Unit')}: {unit}." if unit else ""
    return Markup("<section><h2>{}</h2><figure>{}<figcaption>{}</figcaption></figure>{}</section>").format(
        _("By year"), picture, note, table(_("By year"), heads, rows, css_class="told")
    )


def _bar(book: EditionContents, indicator: Indicator, year: int, figure: EditionFigure, locale: Locale) -> Bar:
    shown = format_number(figure.value, indicator, locale) if figure.value is not None else None
    rated = figure.public_rating or Rating.NO_DATA
    return Bar(
        name=str(year),
        actual=figure.value,
        actual_label=shown or describe_missing_value(figure, book, locale),
        target=figure.target,
        fill=RATING_STYLES[rated].fill,
        is_unfinished=Quarter(year, 4) > book.edition.quarter,
    )


def _quarters(book: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """What each quarter brought, or its level at the end; those in which the indicator is asked."""
    _ = locale.gettext
    found = [(quarter, one) for quarter, one in book.quarter_figures(indicator.code) if one.state != "not_applicable"]
    if not found:
        return Markup("")
    heads = (_("Quarter"), _("Result"), _("Completeness"))
    rows = Markup("").join(
        row(
            locale.format_quarter(quarter),
            (
                ("n", amount(one, book, indicator, locale)),
                ("muted", describe_edition_completeness(one, locale)),
            ),
        )
        for quarter, one in reversed(found)
    )
    return Markup("<section><h2>{0}</h2><details><summary>{1}</summary>{2}</details></section>").format(
        _("By quarter"), _("The numbers as a table"), table(_("By quarter"), heads, rows)
    )


def _parts(book: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """The parts of the total, such as women and youth, year by year."""
    _ = locale.gettext
    parts = book.parts(indicator.code)
    if not parts:
        return Markup("")
    found = [
        (
            part.label.in_language(locale.language),
            [book.find(indicator.code, part=part.key, period=one) for one in _columns(book)],
        )
        for part in parts
    ]
    return _by_year(book, indicator, locale, caption=_("By part"), head=_("Part"), found=found)


def _sites(book: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """The same by site, where more than one reports it."""
    _ = locale.gettext
    sites = book.sites(indicator.code)
    if len(sites) < 2:
        return Markup("")
    found = [
        (
            site.name.in_language(locale.language),
            [book.find(indicator.code, site=site.code, period=one) for one in _columns(book)],
        )
        for site in sites
    ]
    return _by_year(book, indicator, locale, caption=_("By site"), head=_("Site"), found=found)


def _columns(book: EditionContents) -> list[str]:
    """The columns: the years that have begun, then the plan to date."""
    return [*map(str, book.edition.years), PLAN_TO_DATE]


def _by_year(
    book: EditionContents,
    indicator: Indicator,
    locale: Locale,
    *,
    caption: str,
    head: str,
    found: Sequence[tuple[str, Sequence[EditionFigure | None]]],
) -> Markup:
    """A section with a row for each name, a column for each year and one for the plan to date."""
    rows = Markup("").join(row(name, _cells(book, indicator, figures, locale)) for name, figures in found)
    heads = (head, *_columns(book)[:-1], locale.gettext("Plan to date"))
    return Markup("<section><h2>{0}</h2>{1}</section>").format(caption, table(caption, heads, rows))


def _cells(
    book: EditionContents, indicator: Indicator, found: Sequence[EditionFigure | None], locale: Locale
) -> tuple[tuple[str, Markup | str], ...]:
    return tuple(("n", amount(one, book, indicator, locale) if one is not None else "–") for one in found)


def _remarks(found: Sequence[PublicRemark], locale: Locale) -> Markup:
    """Why the indicator stands where it stands, and what is being done, where the centre publishes it."""
    _ = locale.gettext
    if not found:
        return Markup("")
    told = Markup("").join(_remark(one, locale) for one in found)
    return Markup('<section class="remarks"><h2>{}</h2>{}</section>').format(_("What the centre says of it"), told)


def _remark(one: PublicRemark, locale: Locale) -> Markup:
    _ = locale.gettext
    lines = [Markup("<p>{}</p>").format(one.why)]
    if one.agreed:
        due = locale.format_day(one.due) if one.due else ""
        who = " · ".join(part for part in (one.responsible, due, _("done") if one.is_done else "") if part)
        lines.append(Markup("<p>{} {} <small>{}</small></p>").format(_("What is being done:"), one.agreed, who))
    return Markup("<h3>{}</h3>{}").format(locale.format_quarter(one.quarter), Markup("").join(lines))


def _definition(book: EditionContents, indicator: Indicator, place: EditionPage) -> Markup:
    """The reference sheet: unit, direction, how quarters and sites come together, where numbers come from."""
    locale = place.locale
    _ = locale.gettext
    programmes = [one for one in book.plan.programmes if indicator in book.indicators_for(one)]
    facts: list[tuple[str, Markup | str]] = [
        (_("Unit"), describe_unit(indicator, locale) or _("a count")),
        (_("Numerator"), indicator.numerator.in_language(locale.language)),
        (_("Denominator"), indicator.denominator.in_language(locale.language)),
        (_("How it is put together"), _method(indicator, locale)),
        (_("Means of verification"), indicator.means_of_verification.in_language(locale.language)),
        (_("Responsible"), indicator.responsible.in_language(locale.language)),
        (_("Alignment"), indicator.alignment),
        (_("In the plan as"), _("provisional") if indicator.status == "provisional" else indicator.status),
        (
            _("Programmes and partners"),
            Markup(", ").join(
                link(place.link_to(f"programmes/{one.code}.html"), one.name.in_language(locale.language))
                for one in programmes
            ),
        ),
    ]
    listed = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in facts if one[1])
    how = link(place.link_to("about/figures.html"), _("How figures are computed"))
    return Markup('<section class="definition"><h2>{}</h2><dl class="facts">{}</dl><p>{}</p></section>').format(
        _("Definition and method"), listed, how
    )


def _method(indicator: Indicator, locale: Locale) -> str:
    _ = locale.gettext
    if indicator.source is Source.SYSTEM:
        return _("Computed by the system from its record of returns; nobody types it.")
    if indicator.is_ratio:
        return _("The numerators and the denominators of the sites are each added up, then divided.")
    if indicator.over_time is OverTime.FLOW:
        return _("The amounts of the quarters and sites are added up.")
    if indicator.over_time is OverTime.STOCK:
        return _("The latest levels of the sites are added up.")
    return _("The reported quarters of each site are put together, then the sites.")
