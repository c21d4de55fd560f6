"""Parts of the account pages: role and site fields, account states, one-time links."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote

from flask import request

from dashboard.access.context import PageContext
from dashboard.components.forms import build_checkbox, build_checkbox_group, build_credential_field, build_select_field
from dashboard.components.markup import tags
from dashboard.components.site_choice import exceeds_list_limit, join_names
from dashboard.selection import localize_path
from etl.errors import FieldError
from etl.indicators.vocabulary import Role
from etl.locale import N_, Locale, get_locale
from etl.use_cases.accounts.one_time_links import make_link_path
from etl.use_cases.accounts.users import Account, User, UserError
from etl.wording.accounts import ROLE_LABELS, describe_role

USERS_PATH = "/admin/users"
_ALL = "all"


def make_account_address(name: str, locale: Locale, suffix: str = "") -> str:
    """Return the address of an account's page."""
    return localize_path(f"{USERS_PATH}/{quote(name, safe='')}{suffix}", locale.language)


def describe_user_errors(error: UserError, locale: Locale) -> list[str]:
    """Return the messages of the error in the locale."""
    _ = locale.gettext
    return [_(field_error.text, **field_error.parameters) for field_error in error.errors]


def describe_sites(user: User, locale: Locale) -> str:
    if user.all_sites:
        return locale.gettext("all sites")
    return join_names(sorted(user.sites), locale)


def describe_account_state(account: Account, locale: Locale) -> str:
    """Return whether the user can sign in, and until when a one-time link is valid."""
    _ = locale.gettext
    if not account.user.active:
        return _("closed")
    if account.link_expires_at is not None:
        return _("link until {moment}", moment=locale.format_moment(account.link_expires_at))
    return _("open") if account.has_password else _("no password yet")


def build_user_fields(page: PageContext, user: User | None) -> list[Any]:
    """Return the fields for display name, role and sites, filled from the form or the user."""
    _, form = page.gettext, request.form
    role = form.get("role") or (user.role.value if user else Role.OFFICER.value)
    display_name = form.get("display_name", user.display_name if user else "")
    site_codes = _read_selected_sites() if form else sorted(user.sites) if user else []
    has_sites = bool(_list_site_options(page, user))
    is_all = _ALL in form.getlist("sites") if form else user.all_sites if user else not has_sites
    return [
        build_credential_field(
            _("Display name"),
            "display_name",
            value=display_name,
            required=False,
            hint=_("Optional. If you leave it blank, the username is shown."),
        ),
        build_select_field(
            _("Role"), "role", [(role.value, describe_role(role, page.locale)) for role in ROLE_LABELS], role
        ),
        tags.Div(
            [
                build_checkbox(_("All sites"), "sites", _ALL, is_all, field_id="sites-all"),
                _build_site_fields(page, user, site_codes),
            ],
            className="sites",
        ),
    ]


def _build_site_fields(page: PageContext, user: User | None, site_codes: Sequence[str]) -> Any:
    """Return a checkbox for each site, or a text field for codes if there are many sites."""
    _, options = page.gettext, _list_site_options(page, user)
    if not options:
        return tags.P(_("The sites come with the plan: load the plan first."), className="muted")
    if not exceeds_list_limit(options):
        return build_checkbox_group(_("Or only these sites (officers)"), "site", options, site_codes)
    hint = _("Enter site codes separated by spaces, for example {example}", example=f"{options[0][0]} {options[1][0]}")
    entered_codes = " ".join(site_codes)
    return build_credential_field(
        _("Or only these sites (officers)"), "site_codes", value=entered_codes, required=False, hint=hint
    )


def read_sites(role: Role) -> list[str] | None:
    """Return the chosen sites; None means all, which every role but officer has.

    Raises UserError for all sites and some, and for some sites of another role: nobody gets more than was meant.
    """
    selected_sites = _read_selected_sites()
    if role is not Role.OFFICER and not selected_sites:
        return None
    if _ALL not in request.form.getlist("sites"):
        return selected_sites
    if selected_sites:
        raise UserError(FieldError("sites", N_("Choose all sites or only some of them, not both."), {}))
    return None


def _read_selected_sites() -> list[str]:
    """Return the sites of the checkboxes and of the text field."""
    return [*request.form.getlist("site"), *request.form.get("site_codes", "").replace(",", " ").split()]


def read_role() -> Role | None:
    """Return the chosen role; None for an invalid value."""
    role_text = request.form.get("role", "")
    return Role(role_text) if role_text in list(Role) else None


def build_one_time_link(page: PageContext, name: str, token: str) -> Any:
    """Return a message with the link in both languages, to copy. The link is stored nowhere."""
    _ = page.gettext
    texts = []
    for language in ("km", "en"):
        address = f"{page.origin}{localize_path(make_link_path(token), language)}"
        text = get_locale(language).gettext(
            "CARDEC: set your password here within 24 hours. The link works once: {address}", address=address
        )
        text_id = f"link-{language}"
        button = tags.Button(_("Copy"), type="button", className="button", **{"data-copy": text_id})
        texts.append(tags.Div([tags.Pre(text, id=text_id, lang=language, tabIndex=0), tags.P(button)]))
    return tags.Section(
        [
            tags.H2(_("One-time link for {name}", name=name)),
            tags.P(_("Send this link to the user, for example by Telegram. It is shown only once.")),
            tags.Div(texts, className="two"),
        ],
        className="explain link",
        id="link",
    )


def _list_site_options(page: PageContext, user: User | None) -> list[tuple[str, str]]:
    snapshot = page.snapshot
    known_codes = (
        {site.code: site.name.get_text(page.language) for site in snapshot.plans.latest.sites} if snapshot else {}
    )
    older: Collection[str] = (user.sites if user else frozenset()) - known_codes.keys()
    return [(code, f"{name} ({code})") for code, name in known_codes.items()] + [(code, code) for code in sorted(older)]
