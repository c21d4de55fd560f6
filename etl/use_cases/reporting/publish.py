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
from etl.database.write.data_version import increment_data_version
from etl.database.write.editions import insert_edition, replace_edition
from etl.indicators.editions import Edition, EditionContents, EditionFigure, Redaction, Suppression
from etl.indicators.periods import Quarter
from etl.locale import N_
from etl.publication.render_edition import render_edition
from etl.queries.data_source import DataSource
from etl.queries.edition_draft import EditionDraft, EditionError, draft_edition

_CHANGED = N_("Something was changed while the edition was being made. Look at it and publish again.")
_SAY_WHY = N_("{edition} is published already. Say why it is to be replaced.")
_UNPROTECTED = N_("A small count of people would follow from an earlier edition: {named}.")
_SAY_WHY_NOT = N_("Say why it must not be public: the edition's page will tell it.")
_NO_EDITION = N_("There is no edition {edition}.")
_NOTHING_OF_IT = N_("Edition {edition} has nothing of that kind of {what}: nothing was changed.")

StepCallback = Callable[[str], None]
"""Is told what is being done."""


def publish_edition(
    source: DataSource,
    quarter: Quarter,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
    public_url: str = "",
    organisation: str = "",
    report_step: StepCallback = lambda words: None,
    expected_id: str = "",
) -> EditionDraft:
    """Publishes the quarter's next edition; all of it is there at once, or nothing is.

    A revision (`-r2`) needs a reason; `expected` is the name that it must get. EditionError where the data changed
    while it was being made, or a small count can't be protected.
    """
    report_step("computing figures")
    draft = draft_edition(source, quarter, today=now.date(), reason=reason.strip())
    check_draft(draft)
    if expected_id and draft.edition.id != expected_id:
        raise EditionError(_CHANGED)
    draft = replace(draft, edition=replace(draft.edition, public_url=public_url.rstrip("/")))
    edition = draft.edition
    report_step("rendering pages and downloads")
    new = NewEdition(
        edition=edition,
        published_at=now,
        figures=draft.figures,
        withheld=draft.withheld_figures,
        files=render_edition(EditionContents(edition, draft.figures), organisation=organisation),
    )
    report_step("storing")
    with writing(source.engine) as connection:
        if read_data_version(connection) != draft.data_version:
            raise EditionError(_CHANGED)
        insert_edition(connection, new)
        withheld, restated = len(draft.withheld_figures), len(edition.restatements)
        told = f"{len(draft.figures)} figures, {withheld} withheld, {restated} restated"
        _record(connection, edition, "edition published", new=told, who=actor, now=now, why=reason)
    return draft


def check_draft(draft: EditionDraft) -> None:
    """EditionError where the draft may not be published as it is."""
    if draft.edition.replaces and not draft.edition.reason:
        raise EditionError(_SAY_WHY, edition=draft.edition.replaces)
    if draft.unprotected_keys:
        named = ", ".join(f"{one.indicator} {one.part} {one.site} {one.period}" for one in draft.unprotected_keys[:5])
        raise EditionError(_UNPROTECTED, named=named)


def redact_edition(
    engine: Engine,
    edition_id: str,
    indicator: str,
    *,
    kind: str,
    actor: str,
    now: datetime,
    reason: str,
    organisation: str = "",
) -> Edition:
    """Takes what must not be public out of a published edition, which then says when and why.

    `kind` is `indicator` (all its figures and those made of them), `sites`, `parts` or `remark` of the indicator
    `what`. EditionError where there is no such edition, nothing to take out, or no reason.
    """
    if not reason.strip():
        raise EditionError(_SAY_WHY_NOT)
    with reading(engine) as connection:
        edition = find_edition(connection, edition_id)
        if edition is None:
            raise EditionError(_NO_EDITION, edition=edition_id)
        figures = read_edition_figures(connection, edition_id)
    changed, shown = _without(edition, figures, indicator, kind)
    if (changed, shown) == (edition, figures):
        raise EditionError(_NOTHING_OF_IT, edition=edition_id, what=indicator)
    note = Redaction(on=now.date(), what=f"{kind} {indicator}", why=reason.strip())
    changed = replace(changed, taken_out=(*edition.taken_out, note))
    files = render_edition(EditionContents(changed, shown), organisation=organisation)
    with writing(engine) as connection:
        replace_edition(connection, changed, shown, files)
        _record(connection, edition, "taken out of edition", new=f"{kind} {indicator}", who=actor, now=now, why=reason)
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

    gone = {one.key for one in figures if goes(one) and one.state != Suppression.REDACTED}
    left = tuple(one.suppress(Suppression.REDACTED) if one.key in gone else one for one in figures)
    restated = tuple(one for one in edition.restatements if one.key not in gone)
    return replace(edition, restatements=restated) if gone else edition, left


def _record(connection: Connection, edition: Edition, act: str, *, new: str, who: str, now: datetime, why: str) -> None:
    event = AuditEvent(
        at=now, actor=who, action=act, subject=f"edition {edition.id}", old=edition.replaces, new=new, reason=why
    )
    write_audit_event(connection, event)
    increment_data_version(connection)


__all__ = [
    "EditionDraft",
    "EditionError",
    "Quarter",
    "check_draft",
    "draft_edition",
    "publish_edition",
    "redact_edition",
]
