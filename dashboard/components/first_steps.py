"""The administrator's checklist from an empty database to the first edition."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.components.markup import tags
from dashboard.components.signs import build_sign
from dashboard.selection import localize_path
from etl.locale import N_
from etl.publication.signs import Sign
from etl.queries.first_steps import FirstStep, FirstSteps, find_first_steps

_LINKS = {
    FirstStep.ACCOUNT: ("/staff/account", N_("Create the first account")),
    FirstStep.PLAN: ("/admin/plan", N_("Load the plan: your own workbook, or the provisional one")),
    FirstStep.USERS: ("/admin/users", N_("Add a manager, and an officer for each site")),
    FirstStep.RETURN: ("/staff/returns", N_("Send each site its form and a reminder, until the first return arrives")),
    FirstStep.APPROVAL: ("/staff/approve", N_("Have a manager approve the first return")),
    FirstStep.EDITION: ("/admin/editions", N_("Publish the first edition")),
}


def build_first_steps(page: PageContext) -> Any:
    """Return the steps, each as a link with its state; None for other staff, and once an edition is published."""
    if not page.visitor.has_permission(Permission.ADMINISTER):
        return None
    steps = find_first_steps(page.source, page.snapshot)
    if FirstStep.EDITION in steps.done:
        return None
    heading = tags.H2(page.gettext("First steps"))
    return tags.Section([heading, tags.Ol([_build_step(page, step, steps) for step in FirstStep])], id="first-steps")


def _build_step(page: PageContext, step: FirstStep, steps: FirstSteps) -> Any:
    _, (path, label) = page.gettext, _LINKS[step]
    is_done = step in steps.done
    state = _("done") if is_done else _("not done yet")
    mark = [build_sign(Sign.TICK if is_done else Sign.RING), " "]
    link = tags.A(_(label), href=localize_path(path, page.language))
    missing = None
    if step is FirstStep.USERS and steps.sites_without_officer:
        codes = ", ".join(steps.sites_without_officer)
        missing = tags.Span(_("Without an officer: {sites}", sites=codes), className="muted")
    content = [*mark, link, " · ", state, " " if missing else None, missing]
    return tags.Li(content, **{"data-done": str(is_done).lower()})
