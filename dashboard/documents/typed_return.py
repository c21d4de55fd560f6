"""The page on which a return is typed: it works without scripts, and a script saves it while somebody types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from dashboard.access.context import PageContext
from dashboard.access.registry import registry
from dashboard.components.document import render_document
from dashboard.components.error_pages import make_not_found_response
from dashboard.components.forms import build_select_field, build_submit_button, build_text_field
from dashboard.components.return_parts import make_return_address, make_typed_address
from dashboard.components.typed_rows import (
    FieldFinding,
    build_lines,
    group_findings,
    list_general_findings,
    make_script_texts,
)
from dashboard.components.uploads import is_script_request, redirect_after_post
from etl.errors import TranslatableError
from etl.indicators.periods import Quarter, parse_quarter
from etl.indicators.vocabulary import Basis
from etl.locale import N_
from etl.queries.find_sites import find_site_codes
from etl.use_cases.returns.typed_return import (
    DraftConflictError,
    TypedDraft,
    TypedEntries,
    TypedForm,
    TypedFormCheck,
    TypedRow,
    check_typed_form,
    discard_typed_draft,
    find_typed_form,
    save_typed_draft,
    upload_typed_return,
)
from etl.wording.effects import describe_key, describe_number_change
from etl.wording.returns import describe_error

PATH = "/staff/returns/new"
_MAX_DIGITS = 9
_NOTICES = {
    "saved": N_("Saved. Nothing is submitted yet."),
    "discarded": N_("Your entries were discarded."),
}
_BASES = {Basis.QUARTER: N_("this quarter"), Basis.YEAR_TO_DATE: N_("since the year began")}


@dataclass(frozen=True)
class _View:
    """What the page displays besides the form: the entries, their check, and the message about the last action."""

    entries: TypedEntries
    version: int
    check: TypedFormCheck | None = None
    errors: Mapping[str, str] | tuple[str, ...] = ()
    conflict: TypedDraft | None = None
    status: int = 200


@registry.route(PATH, permission="staff")
def choose_typed_return(page: PageContext) -> ResponseReturnValue:
    """Redirect to the page of the chosen site and quarter."""
    text, quarter = request.args.get("site", "").strip(), request.args.get("quarter", "")
    codes = find_site_codes(page.snapshot.plans, text) if page.snapshot else ()
    site = codes[0] if len(codes) == 1 else text
    if not page.visitor.can_access_site(site) or _parse_quarter(quarter) is None:
        return make_not_found_response(page.locale, page.path)
    return redirect_after_post(make_typed_address(site, quarter, page.locale))


@registry.route(f"{PATH}/<site>/<quarter>", permission="staff", methods=("GET", "POST"))
def handle_typed_return(page: PageContext) -> ResponseReturnValue:
    """Show the page; after a POST, save the entries, discard them, or make a draft return of them."""
    form = _find_form(page)
    if form is None:
        return make_not_found_response(page.locale, page.path)
    if request.method != "POST":
        return _render(page, form, _View(form.entries, form.draft_version, _check(page, form, form.entries)))
    if request.form.get("action") == "discard":
        discard_typed_draft(page.source.engine, form.site.code, form.quarter, actor=page.visitor.name, now=page.now)
        return redirect_after_post(_make_own_address(page, form, notice="discarded", base=request.form.get("base", "")))
    entries = _read_entries()
    if entries is None:
        return _refuse(page, form, page.gettext("Some entries did not arrive. Open the page again."), form.entries)
    return _save(page, form, entries)


def _make_own_address(page: PageContext, form: TypedForm, notice: str, base: str = "") -> str:
    query = {"notice": notice, **({"from": base} if base else {})}
    return make_typed_address(form.site.code, form.quarter, page.locale, **query)


def _parse_quarter(text: str) -> Quarter | None:
    try:
        return parse_quarter(text)
    except ValueError:
        return None


def _parse_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else None


def _find_form(page: PageContext) -> TypedForm | None:
    """Find the form of the address; None if it does not exist or the visitor has no access to the site."""
    site, quarter = page.path_params["site"], _parse_quarter(page.path_params["quarter"])
    if quarter is None or not page.visitor.can_access_site(site):
        return None
    base = request.form.get("base", "") if request.method == "POST" else request.args.get("from", "")
    return find_typed_form(page.source, site, quarter, base_id=_parse_number(base))


def _read_entries() -> TypedEntries | None:
    """Return the rows as they were sent; None unless each has a key, a label, a value and a note."""
    columns = [request.form.getlist(name) for name in ("key", "value", "note", "label")]
    if len({len(column) for column in columns}) != 1 or not columns[0]:
        return None
    not_collected = frozenset(request.form.getlist("nc"))
    rows = tuple(
        TypedRow(key, value, note.strip(), label, bool(key) and key in not_collected)
        for key, value, note, label in zip(*columns, strict=True)
    )
    return TypedEntries(rows, request.form.get("basis", ""), request.form.get("prepared_by", "").strip())


def _save(page: PageContext, form: TypedForm, entries: TypedEntries) -> ResponseReturnValue:
    try:
        draft = save_typed_draft(
            page.source.engine,
            form.site.code,
            form.quarter,
            entries,
            expected_version=_parse_number(request.form.get("version", "")) or 0,
            base_return=_parse_number(request.form.get("base", "")),
            actor=page.visitor.name,
            now=page.now,
        )
    except DraftConflictError as error:
        return _answer_conflict(page, form, entries, error)
    except TranslatableError as error:
        return _refuse(page, form, describe_error(error, page.locale), entries)
    current = _find_form(page) or form
    if is_script_request():
        return _make_json(page, current, draft)
    if request.form.get("action") == "check":
        return _upload(page, current, draft)
    return redirect_after_post(_make_own_address(page, current, notice="saved"))


def _upload(page: PageContext, form: TypedForm, draft: TypedDraft) -> ResponseReturnValue:
    """Make a draft return of the entries and go to its page, or show the errors at their fields."""
    check = check_typed_form(page.source.engine, form, draft.entries, today=page.now.date())
    if check.has_errors:
        errors = _list_field_errors(page, form, draft.entries, check)
        return _render(page, form, _View(draft.entries, draft.version, check, errors, status=422))
    result = upload_typed_return(page.source.engine, form, draft, actor=page.visitor.name, now=page.now)
    assert result.return_id is not None
    return redirect_after_post(make_return_address(result.return_id, page.locale))


def _list_field_errors(
    page: PageContext, form: TypedForm, entries: TypedEntries, check: TypedFormCheck
) -> dict[str, str]:
    """Return the first error of each field by the id of the field, with the name of its row."""
    errors: dict[str, str] = {}
    names = {str(row.key): describe_key(form.plans, row.key, page.locale) for row in form.rows}
    labels = {str(row.key): row.display_label.get_text(page.language) for row in form.rows}
    for line in build_lines(form, entries, group_findings(check, page.locale), page.locale):
        if line.worst == "error":
            name, message = names.get(line.row.key, line.label), line.findings[0].message
            label = labels.get(line.row.key, line.label)
            # A message that begins with the label of the row continues its name.
            text = message.removeprefix(label) if message.startswith(label) else f": {message}"
            errors[f"value-{line.number}"] = f"{name}{text}"
    for finding in list_general_findings(check, entries, page.locale):
        if finding.severity == "error":
            errors.setdefault("typed", f"{finding.message} {finding.advice}")
    return errors


def _answer_conflict(
    page: PageContext, form: TypedForm, entries: TypedEntries, error: DraftConflictError
) -> ResponseReturnValue:
    """Answer that other entries were saved since; those of this page are still in its fields."""
    message, current = describe_error(error, page.locale), error.current
    version = current.version if current is not None else 0
    if is_script_request():
        return _make_json_response({"conflict": message, "version": version}, 409)
    check = _check(page, form, entries)
    return _render(page, form, _View(entries, version, check, (message,), conflict=current, status=409))


def _refuse(page: PageContext, form: TypedForm, message: str, entries: TypedEntries) -> ResponseReturnValue:
    if is_script_request():
        return _make_json_response({"refused": message}, 422)
    return _render(page, form, _View(entries, form.draft_version, None, (message,), status=422))


def _check(page: PageContext, form: TypedForm, entries: TypedEntries) -> TypedFormCheck | None:
    """Return the check of entries with at least one value; None of blank ones."""
    has_values = any(row.entry.strip() for row in entries.rows)
    return check_typed_form(page.source.engine, form, entries, today=page.now.date()) if has_values else None


def _make_json(page: PageContext, form: TypedForm, draft: TypedDraft) -> Response:
    """Return what the script shows after a save: the time, the findings by field, and what changes."""
    check = _check(page, form, draft.entries)
    by_key = group_findings(check, page.locale)
    general = list_general_findings(check, draft.entries, page.locale)
    values = {
        "version": draft.version,
        "saved": page.gettext("Saved {time}", time=page.locale.format_moment(draft.saved_at)),
        "findings": {key: [_dump(finding) for finding in group] for key, group in by_key.items()},
        "general": [_dump(finding) for finding in general],
        "changes": _list_changes(page, form, check),
    }
    return _make_json_response(values, 200)


def _dump(finding: FieldFinding) -> dict[str, Any]:
    text = f"{finding.message} {finding.advice}"
    return {"code": finding.code, "severity": finding.severity, "text": text, "blank": finding.is_blank}


def _make_json_response(values: dict[str, Any], status: int) -> Response:
    response = jsonify(values)
    response.status_code = status
    return response


def _list_changes(page: PageContext, form: TypedForm, check: TypedFormCheck | None) -> list[str]:
    changes = check.changes if check is not None else ()
    return [describe_number_change(change, form.plans, page.locale) for change in changes]


def _render(page: PageContext, form: TypedForm, view: _View) -> ResponseReturnValue:
    _, locale = page.gettext, page.locale
    name = form.site.name.get_text(page.language)
    findings = group_findings(view.check, locale)
    notice = _NOTICES.get(request.args.get("notice", ""), "")
    bases = [(basis.value, _(text)) for basis, text in _BASES.items()]
    prepared_by = view.entries.prepared_by or page.visitor.display_name or page.visitor.name
    return render_document(
        "typed_return.html",
        page,
        f"{name}, {locale.format_quarter(form.quarter)}",
        errors=view.errors,
        notice=_(notice) if notice and not view.errors else "",
        status=view.status,
        form=form,
        view=view,
        lines=build_lines(form, view.entries, findings, locale, shows_blanks=view.status == 422),
        general=list_general_findings(view.check, view.entries, locale),
        changes=_list_changes(page, form, view.check),
        lost=[describe_key(form.plans, key, locale) for key in form.lost_keys],
        conflict_rows=_list_differences(page, form, view),
        name_field=build_text_field(_("Prepared by"), "prepared_by", value=prepared_by, maxlength=200),
        basis_field=build_select_field(_("Flows are"), "basis", bases, view.entries.basis),
        own_address=make_typed_address(form.site.code, form.quarter, page.locale),
        form_query=urlencode({"site": form.site.code, "quarter": str(form.quarter)}),
        base_address=make_return_address(form.base.id, locale) if form.base is not None else "",
        other_base=_find_other_base(form),
        build_submit_button=build_submit_button,
        script_texts=make_script_texts(locale),
    )


def _find_other_base(form: TypedForm) -> str:
    """Return the return that the address asks to begin with, where saved entries began with another; else a blank."""
    requested = request.args.get("from", "")
    is_other = form.draft is not None and requested != str(form.draft.base_return or "")
    return requested if is_other and _parse_number(requested) is not None else ""


def _list_differences(page: PageContext, form: TypedForm, view: _View) -> list[tuple[str, str, str]]:
    """Return name, own entry and other entry of each row that differs from what somebody else saved."""
    if view.conflict is None:
        return []
    other_rows = {row.key: row for row in view.conflict.entries.rows}
    names = {str(row.key): describe_key(form.plans, row.key, page.locale) for row in form.rows}
    return [
        (names.get(row.key, row.key), row.entry, other.entry)
        for row in view.entries.rows
        if (other := other_rows.get(row.key)) is not None and (other.entry, other.note) != (row.entry, row.note)
    ]
