"""Parts of the pages on accounts: fields of role and sites, an account's state in words, a one-time link to send."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote

from flask import request as sent

from dashboard.access.registry import PageRequest
from dashboard.components.form_fields import check_box, check_boxes, choice_field, text_field
from dashboard.components.reminder import public_address
from dashboard.components.site_choice import are_many, names_of_some
from dashboard.components.tables import element
from dashboard.selection import in_language
from etl.indicators.vocabulary import Role
from etl.locale.translations import format_moment, speak
from etl.use_cases.accounts.one_time_links import link_path
from etl.use_cases.accounts.users import Account, User, UserError
from etl.wording.accounts import ROLES, role_words

PATH = "/admin/users"
_ALL = "all"


def account_address(name: str, language: str, more: str = "") -> str:
    """The address of an account's page."""
    return in_language(f"{PATH}/{quote(name, safe='')}{more}", language)


def fault_words(error: UserError, language: str) -> list[str]:
    """Every fault in the reader's language."""
    say = speak(language)
    return [say(one.text, **one.parameters) for one in error.faults]


def sites_words(user: User, language: str) -> str:
    """For which sites somebody sends."""
    if user.all_sites:
        return speak(language)("all sites")
    return names_of_some(sorted(user.sites), language)


def state_words(account: Account, language: str) -> str:
    """Whether somebody can sign in, and what waits for them."""
    say = speak(language)
    if not account.user.active:
        return say("closed")
    if account.link_until is not None:
        return say("link until {moment}", moment=format_moment(account.link_until, language))
    return say("open") if account.has_password else say("no password yet")


def who_fields(asked: PageRequest, user: User | None) -> list[Any]:
    """The fields of a shown name, a role and sites; what was sent before comes back in them."""
    say, form = asked.say, sent.form
    role = form.get("role") or (user.role.value if user else Role.OFFICER.value)
    shown = form.get("display_name", user.display_name if user else "")
    checked = _chosen_sites() if form else sorted(user.sites) if user else []
    is_all = _ALL in form.getlist("sites") if form else user is None or user.all_sites
    return [
        text_field(
            say("Name that others see"),
            "display_name",
            value=shown,
            required=False,
            hint=say("May be left blank; then the name to sign in with is shown."),
        ),
        choice_field(say("Role"), "role", [(one.value, role_words(one, asked.language)) for one in ROLES], role),
        element(
            "Div",
            [
                check_box(say("All sites"), "sites", _ALL, is_all),
                _some_sites(asked, user, checked),
            ],
            className="sites",
        ),
    ]


def _some_sites(asked: PageRequest, user: User | None, checked: Sequence[str]) -> Any:
    """A box for each site; of many a field for their codes."""
    say, options = asked.say, _site_options(asked, user)
    if not are_many(options):
        return check_boxes(say("Or only these sites (officers)"), "site", options, checked)
    hint = say("Their codes, with a space between two: {example}", example=f"{options[0][0]} {options[1][0]}")
    typed = " ".join(checked)
    return text_field(say("Or only these sites (officers)"), "site_codes", value=typed, required=False, hint=hint)


def sites_of_form(role: Role) -> list[str] | None:
    """The sites that the form chose: None is all. They are an officer's; other roles see all."""
    if role is not Role.OFFICER or _ALL in sent.form.getlist("sites"):
        return None
    return _chosen_sites()


def _chosen_sites() -> list[str]:
    """Boxes that were checked, and codes that were typed."""
    return [*sent.form.getlist("site"), *sent.form.get("site_codes", "").replace(",", " ").split()]


def role_of_form() -> Role | None:
    """The role that the form chose; None for what is none."""
    chosen = sent.form.get("role", "")
    return Role(chosen) if chosen in list(Role) else None


def link_note(asked: PageRequest, name: str, token: str) -> Any:
    """The link once, as a message in both languages that can be copied: it is kept nowhere but here."""
    say = asked.say
    texts = []
    for language in ("km", "en"):
        address = f"{public_address(asked)}{in_language(link_path(token), language)}"
        text = speak(language)(
            "CARDEC: set your password here within 24 hours. The link works once: {address}", address=address
        )
        text_id = f"link-{language}"
        button = element("Button", say("Copy"), type="button", className="button", **{"data-copy": text_id})
        texts.append(
            element("Div", [element("Pre", text, id=text_id, lang=language, tabIndex=0), element("P", button)])
        )
    return element(
        "Section",
        [
            element("H2", say("One-time link for {name}", name=name)),
            element("P", say("Send it to its owner, by Telegram for instance. It is shown only now.")),
            element("Div", texts, className="two"),
        ],
        className="explain link",
        id="link",
    )


def _site_options(asked: PageRequest, user: User | None) -> list[tuple[str, str]]:
    snapshot = asked.snapshot
    known = {one.code: one.name.in_language(asked.language) for one in snapshot.plans.latest.sites} if snapshot else {}
    older: Collection[str] = (user.sites if user else frozenset()) - known.keys()
    return [(code, f"{name} ({code})") for code, name in known.items()] + [(code, code) for code in sorted(older)]
