"""The steps from an empty database to the first edition, read from what is stored."""

from dataclasses import dataclass
from enum import StrEnum

from etl.database.connection import reading
from etl.database.read.users import read_users
from etl.database.records import User
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Role
from etl.queries.data_source import DataSource
from etl.queries.editions import list_editions
from etl.queries.snapshot import Snapshot


class FirstStep(StrEnum):
    """A step that an administrator takes before the first edition, in their order."""

    ACCOUNT = "account"
    PLAN = "plan"
    USERS = "users"
    RETURN = "return"
    APPROVAL = "approval"
    EDITION = "edition"


@dataclass(frozen=True)
class FirstSteps:
    """The steps that are done, and the codes of the plan's sites that no active officer reports for."""

    done: frozenset[FirstStep]
    sites_without_officer: tuple[str, ...]


def find_first_steps(source: DataSource, snapshot: Snapshot | None) -> FirstSteps:
    """Return which steps are done. Once an edition is published all of them are."""
    if list_editions(source):
        return FirstSteps(frozenset(FirstStep), ())
    with reading(source.engine) as connection:
        users = [user for user in read_users(connection) if user.active]
    has_administrator = any(user.role is Role.ADMINISTRATOR for user in users)
    done = {FirstStep.ACCOUNT} if has_administrator else set()
    if snapshot is None:
        return FirstSteps(frozenset(done), ())
    sites = _list_sites_without_officer(snapshot.plans.latest, users)
    states = {
        FirstStep.PLAN: True,
        FirstStep.USERS: not sites and any(user.role is Role.MANAGER for user in users),
        FirstStep.RETURN: bool(snapshot.submitted.received_returns),
        FirstStep.APPROVAL: bool(snapshot.approved.received_returns),
    }
    done.update(step for step, is_done in states.items() if is_done)
    return FirstSteps(frozenset(done), sites)


def _list_sites_without_officer(plan: Plan, users: list[User]) -> tuple[str, ...]:
    officers = [user for user in users if user.role is Role.OFFICER]
    return tuple(site.code for site in plan.sites if not any(officer.can_submit_for(site.code) for officer in officers))
