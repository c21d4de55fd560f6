"""Publishing an edition: previewed, rendered, stored whole and sealed; and taking out what must not be public."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from etl.database.connection import Connection, Engine, reading, writing
from etl.database.edition_records import NewEdition
from etl.database.read.data_version import read_data_version
from etl.database.read.editions import find_edition, read_edition_figures
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import raise_data_version
from etl.database.write.editions import insert_edition, replace_edition
from etl.indicators.editions import Book, Edition, EditionFigure, Held, TakenOut
from etl.indicators.periods import Quarter
from etl.locale.translations import to_say
from etl.publication.render_edition import render_edition
from etl.queries.edition_draft import Draft, EditionError, draft_edition
from etl.queries.source import Source

_CHANGED = to_say("Something was changed while the edition was being made. Look at it and publish again.")
_SAY_WHY = to_say("{edition} is published already. Say why it is to be replaced.")
_UNPROTECTED = to_say("A small count of people would follow from an earlier edition: {named}.")
_SAY_WHY_NOT = to_say("Say why it must not be public: the edition's page will tell it.")
_NO_EDITION = to_say("There is no edition {edition}.")
_NOTHING_OF_IT = to_say("Edition {edition} has nothing of that kind of {what}: nothing was changed.")

Step = Callable[[str], None]
"""Is told what is being done."""


def publish_edition(
    source: Source,
    quarter: Quarter,
    *,
    who: str,
    now: datetime,
    reason: str = "",
    public_url: str = "",
    organisation: str = "",
    step: Step = lambda words: None,
    expected: str = "",
) -> Draft:
    """Publishes the quarter's next edition; all of it is there at once, or nothing is.

    A revision (`-r2`) needs a reason; `expected` is the name that it must get. EditionError where the data changed
    while it was being made, or a small count can't be protected.
    """
    step("computing figures")
    draft = draft_edition(source, quarter, today=now.date(), reason=reason.strip())
    check_draft(draft)
    if expected and draft.edition.id != expected:
        raise EditionError(_CHANGED)
    draft = replace(draft, edition=replace(draft.edition, public_url=public_url.rstrip("/")))
    edition = draft.edition
    step("rendering pages and downloads")
    new = NewEdition(
        edition=edition,
        published_at=now,
        figures=draft.figures,
        held=draft.held,
        files=render_edition(Book(edition, draft.figures), organisation=organisation),
    )
    step("storing")
    with writing(source.engine) as connection:
        if read_data_version(connection) != draft.data_version:
            raise EditionError(_CHANGED)
        insert_edition(connection, new)
        told = f"{len(draft.figures)} figures, {len(draft.held)} withheld, {len(edition.restatements)} restated"
        _record(connection, edition, "edition published", new=told, who=who, now=now, why=reason)
    return draft


def check_draft(draft: Draft) -> None:
    """EditionError where the draft may not be published as it is."""
    if draft.edition.replaces and not draft.edition.reason:
        raise EditionError(_SAY_WHY, edition=draft.edition.replaces)
    if draft.unprotected:
        named = ", ".join(f"{one.indicator} {one.part} {one.site} {one.period}" for one in draft.unprotected[:5])
        raise EditionError(_UNPROTECTED, named=named)


def take_out(
    engine: Engine, name: str, what: str, *, kind: str, who: str, now: datetime, why: str, organisation: str = ""
) -> Edition:
    """Takes what must not be public out of a published edition, which then says when and why.

    `kind` is `indicator` (all its figures and those made of them), `sites`, `parts` or `remark` of the indicator
    `what`. EditionError where there is no such edition, nothing to take out, or no reason.
    """
    if not why.strip():
        raise EditionError(_SAY_WHY_NOT)
    with reading(engine) as connection:
        edition = find_edition(connection, name)
        if edition is None:
            raise EditionError(_NO_EDITION, edition=name)
        figures = read_edition_figures(connection, name)
    changed, shown = _without(edition, figures, what, kind)
    if (changed, shown) == (edition, figures):
        raise EditionError(_NOTHING_OF_IT, edition=name, what=what)
    note = TakenOut(on=now.date(), what=f"{kind} {what}", why=why.strip())
    changed = replace(changed, taken_out=(*edition.taken_out, note))
    files = render_edition(Book(changed, shown), organisation=organisation)
    with writing(engine) as connection:
        replace_edition(connection, changed, shown, files)
        _record(connection, edition, "taken out of edition", new=f"{kind} {what}", who=who, now=now, why=why)
    return changed


def _without(
    edition: Edition, figures: tuple[EditionFigure, ...], code: str, kind: str
) -> tuple[Edition, tuple[EditionFigure, ...]]:
    if kind == "remark":
        return replace(edition, remarks=tuple(one for one in edition.remarks if one.indicator != code)), figures
    made_of = {
        one.code
        for one in edition.indicators
        if code in {ref.indicator for ref in (one.numerator_ref, one.denominator_ref) if ref}
    }

    def goes(one: EditionFigure) -> bool:
        if kind == "sites":
            return one.key.indicator in {code, *made_of} and bool(one.key.site)
        if kind == "parts":
            return (one.key.indicator == code and bool(one.key.part)) or one.key.indicator in made_of
        return one.key.indicator in {code, *made_of}

    gone = {one.key for one in figures if goes(one) and one.state != Held.TAKEN_OUT}
    left = tuple(one.held(Held.TAKEN_OUT) if one.key in gone else one for one in figures)
    restated = tuple(one for one in edition.restatements if one.key not in gone)
    return replace(edition, restatements=restated) if gone else edition, left


def _record(connection: Connection, edition: Edition, act: str, *, new: str, who: str, now: datetime, why: str) -> None:
    event = AuditEvent(
        at=now, who=who, act=act, subject=f"edition {edition.id}", old=edition.replaces, new=new, why=why
    )
    write_audit_event(connection, event)
    raise_data_version(connection)


__all__ = ["Draft", "EditionError", "Quarter", "check_draft", "draft_edition", "publish_edition", "take_out"]
