"""Publish editions, and redact published editions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from etl.database.authorization import check_administers
from etl.database.connection import Connection, Engine, reading, writing
from etl.database.edition_records import NewEdition
from etl.database.message_records import Notice, NoticeKind
from etl.database.read.data_version import read_data_version
from etl.database.read.editions import find_edition, read_edition_figures
from etl.database.records import AuditEvent
from etl.database.write.audit import write_audit_event
from etl.database.write.data_version import increment_data_version
from etl.database.write.editions import insert_edition, replace_edition
from etl.database.write.messages import write_notice
from etl.indicators.editions import Edition, EditionContents, EditionFigure, FigureKey, Redaction, Suppression
from etl.indicators.periods import Quarter
from etl.indicators.total_terms import collect_terms
from etl.locale import N_
from etl.publication.render_edition import render_edition
from etl.publisher import Publisher
from etl.publisher.iati import NO_SETTINGS, IatiSettings
from etl.queries.data_source import DataSource
from etl.queries.edition_draft import EditionDraft, EditionError, UnknownEditionError, draft_edition

_DATA_CHANGED = N_("The data changed while the edition was being prepared. Check the preview and publish again.")
_NO_REVISION_REASON = N_("{edition} is already published. Enter the reason for replacing it.")
_UNPROTECTED = N_("An earlier edition would reveal a small number of people: {named}.")
_NO_REDACTION_REASON = N_("Enter the reason for the redaction. It is shown on the edition's page.")
_NO_EDITION = N_("There is no edition {edition}.")
_REDACTED_MEANWHILE = N_("Another redaction of edition {edition} was stored meanwhile. Nothing was changed: try again.")
_NOTHING_TO_REDACT = N_("Edition {edition} has no such data for {what}. Nothing was changed.")

NO_PUBLISHER = Publisher()
StepCallback = Callable[[str], None]
"""A function called at the start of each step with its description."""


def publish_edition(
    source: DataSource,
    quarter: Quarter,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
    publisher: Publisher = NO_PUBLISHER,
    report_step: StepCallback = lambda step: None,
    expected_id: str = "",
) -> EditionDraft:
    """Publish the quarter's next edition in one transaction and return its draft.

    A revision (`-r2`) needs a reason. `expected_id` is the ID that was previewed. Raises EditionError when the data
    changed since, or when a small count can't be protected, and NotAllowedError when `actor` is no administrator.
    """
    with reading(source.engine) as connection:
        check_administers(connection, actor)
    report_step("computing figures")
    draft = draft_edition(source, quarter, today=now.date(), reason=reason.strip())
    check_draft(draft)
    if expected_id and draft.edition.id != expected_id:
        raise EditionError(_DATA_CHANGED)
    draft = replace(draft, edition=_add_publisher(draft.edition, publisher))
    edition = draft.edition
    report_step("rendering pages and downloads")
    new_edition = NewEdition(
        edition=edition,
        published_at=now,
        figures=draft.figures,
        withheld=draft.withheld_figures,
        files=render_edition(EditionContents(edition, draft.figures), iati=publisher.iati),
    )
    report_step("storing")
    with writing(source.engine) as connection:
        if read_data_version(connection) != draft.data_version:
            raise EditionError(_DATA_CHANGED)
        insert_edition(connection, new_edition)
        withheld, restated = len(draft.withheld_figures), len(edition.restatements)
        description = f"{len(draft.figures)} figures, {withheld} withheld, {restated} restated"
        _write_event(connection, edition, "edition published", new=description, actor=actor, now=now, reason=reason)
        write_notice(connection, _make_notice(edition, quarter, now))
    return draft


def _add_publisher(edition: Edition, publisher: Publisher) -> Edition:
    return replace(
        edition, public_url=publisher.address.rstrip("/"), licence=publisher.licence, contact=publisher.contact
    )


def _make_notice(edition: Edition, quarter: Quarter, now: datetime) -> Notice:
    details = {"edition": edition.id}
    return Notice(
        kind=NoticeKind.EDITION_PUBLISHED, key=f"edition/{edition.id}", at=now, quarter=quarter, details=details
    )


def check_draft(draft: EditionDraft) -> None:
    """Raise EditionError when the draft can't be published."""
    if draft.edition.replaces and not draft.edition.reason:
        raise EditionError(_NO_REVISION_REASON, edition=draft.edition.replaces)
    if draft.unprotected_keys:
        key_texts = ", ".join(
            f"{key.indicator} {key.part} {key.site} {key.period}" for key in draft.unprotected_keys[:5]
        )
        raise EditionError(_UNPROTECTED, named=key_texts)


def redact_edition(
    engine: Engine,
    edition_id: str,
    indicator: str,
    *,
    kind: str,
    actor: str,
    now: datetime,
    reason: str,
    iati: IatiSettings = NO_SETTINGS,
) -> Edition:
    """Remove data of an indicator from a published edition, which then shows the date and the reason.

    `kind` is `indicator` (all its figures and those computed from them), `sites`, `parts` or `remark`. Raises
    EditionError for an unknown edition, without a reason, when there is nothing to remove, and when another redaction
    was stored meanwhile, which this one would undo; NotAllowedError when `actor` is no administrator.
    """
    if not reason.strip():
        raise EditionError(_NO_REDACTION_REASON)
    with reading(engine) as connection:
        check_administers(connection, actor)
        edition = find_edition(connection, edition_id)
        if edition is None:
            raise UnknownEditionError(_NO_EDITION, edition=edition_id)
        figures = read_edition_figures(connection, edition_id)
    redacted, public_figures = _redact(edition, figures, indicator, kind)
    if (redacted, public_figures) == (edition, figures):
        raise UnknownEditionError(_NOTHING_TO_REDACT, edition=edition_id, what=indicator)
    redaction = Redaction(on=now.date(), what=f"{kind} {indicator}", why=reason.strip())
    redacted = replace(redacted, taken_out=(*edition.taken_out, redaction))
    files = render_edition(EditionContents(redacted, public_figures), iati=iati)
    with writing(engine) as connection:
        if find_edition(connection, edition_id) != edition:
            raise EditionError(_REDACTED_MEANWHILE, edition=edition_id)
        replace_edition(connection, redacted, public_figures, files)
        description = f"{kind} {indicator}"
        _write_event(connection, edition, "taken out of edition", new=description, actor=actor, now=now, reason=reason)
    return redacted


def _redact(
    edition: Edition, figures: tuple[EditionFigure, ...], code: str, kind: str
) -> tuple[Edition, tuple[EditionFigure, ...]]:
    if kind == "remark":
        remarks = tuple(remark for remark in edition.remarks if remark.indicator != code)
        return replace(edition, remarks=remarks), figures
    derived_codes = {
        indicator.code
        for indicator in edition.indicators
        if code in {ref.indicator for ref in (indicator.numerator_ref, indicator.denominator_ref) if ref}
    }

    own_codes = {code, *_find_totals(edition, code)}

    def is_redacted(key: FigureKey) -> bool:
        is_own, is_derived = key.indicator in own_codes, key.indicator in derived_codes
        if kind == "sites":
            return (is_own or is_derived) and bool(key.site)
        if kind == "parts":
            return (is_own and bool(key.part)) or is_derived
        return is_own or is_derived

    redacted_keys = {
        figure.key for figure in figures if is_redacted(figure.key) and figure.state != Suppression.REDACTED
    }
    public_figures = tuple(
        figure.suppress(Suppression.REDACTED) if figure.key in redacted_keys else figure for figure in figures
    )
    restatements = tuple(restatement for restatement in edition.restatements if restatement.key not in redacted_keys)
    return replace(edition, restatements=restatements) if redacted_keys else edition, public_figures


def _find_totals(edition: Edition, code: str) -> set[str]:
    """Return the totals that add up the indicator, from which its numbers could be derived."""
    indicators = {indicator.code: indicator for indicator in edition.indicators}
    totals = (indicator for indicator in edition.indicators if indicator.is_total)
    return {total.code for total in totals if code in collect_terms(indicators, total)}


def _write_event(
    connection: Connection, edition: Edition, action: str, *, new: str, actor: str, now: datetime, reason: str
) -> None:
    event = AuditEvent(
        at=now,
        actor=actor,
        action=action,
        subject=f"edition {edition.id}",
        old=edition.replaces,
        new=new,
        reason=reason,
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
