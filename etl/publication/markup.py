"""Plain HTML from values: paragraphs and tables with captions and scopes, every text escaped."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape


def join(parts: Iterable[Markup | str]) -> Markup:
    return Markup("").join(escape(one) for one in parts)


def tag(name: str, content: Markup | str, css_class: str = "") -> Markup:
    """`<p class="muted">...</p>`; the names are ours, the content is escaped unless it is markup already."""
    return Markup("<{0}{1}>{2}</{0}>").format(name, _kind(css_class), content)


def _kind(kind: str) -> Markup:
    return Markup(' class="{}"').format(kind) if kind else Markup("")


def exact_number(text: str, number: str) -> Markup:
    """A number as it is shown, with the exact one, or its reason, for whoever compares."""
    return Markup('<span data-exact="{}">{}</span>').format(number, text)


def table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Markup | str]],
    *,
    numeric: Sequence[int] = (),
    widths: Sequence[int] = (),
) -> Markup:
    """The first cell of a row is its heading. `widths` are percentages."""
    columns = join(Markup('<col style="width:{}%">').format(width) for width in widths)
    head = join(
        Markup('<th scope="col"{}>{}</th>').format(_kind("n") if place in numeric else "", words)
        for place, words in enumerate(header)
    )
    body = join(Markup("<tr>{}</tr>").format(_cells(row, numeric)) for row in rows)
    return Markup(
        "<table><caption>{}</caption><colgroup>{}</colgroup><thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
    ).format(caption, columns, head, body)


def _cells(row: Sequence[Markup | str], numeric: Sequence[int]) -> Markup:
    first, *rest = row
    heading = Markup('<th scope="row">{}</th>').format(first)
    return heading + join(
        Markup("<td{}>{}</td>").format(_kind("n") if place in numeric else "", cell)
        for place, cell in enumerate(rest, start=1)
    )
