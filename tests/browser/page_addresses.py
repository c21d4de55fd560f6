"""The addresses of all registered pages, with codes of a plan."""

import re

from dashboard.access.registry import registry
from dashboard.app import import_modules
from etl.indicators.plans import Plan

NO_PAGES = re.compile(
    r"/(csv|file|annotated|evidence|files)\b|\.(xlsx|csv|zip|json|xml|png|svg)\b|^/(health|ready|metrics)$"
)


def every_address(plan: Plan) -> list[str]:
    """Return the addresses of all registered pages and GET routes, with codes of the plan."""
    return list(dict.fromkeys(address for group in group_addresses(plan) for address in group))


def one_of_each_kind(plan: Plan) -> list[str]:
    """Return the last address of each page and route; addresses of one route are rendered by the same code."""
    return list(dict.fromkeys(group[-1] for group in group_addresses(plan)))


def group_addresses(plan: Plan) -> list[list[str]]:
    """Return the addresses of each page and route."""
    import_modules()
    templates = [page.rule for page in registry.pages]
    templates += [route.rule for route in registry.routes if "GET" in route.methods and not NO_PAGES.search(route.rule)]
    return [addresses_of(template, plan) for template in templates]


def addresses_of(template: str, plan: Plan) -> list[str]:
    """Return the template with existing codes; a number is that of the first return, job or account."""
    if "<" not in template:
        return [template]
    kind = template.split("/<")[0].rpartition("/")[2]
    sorts = {
        (
            indicator.is_ratio,
            indicator.over_time,
            indicator.target_basis,
            indicator.direction,
            indicator.source,
        ): indicator.code
        for indicator in plan.indicators
    }
    with_parts = [indicator.code for indicator in plan.indicators if plan.list_parts(indicator.code)]
    codes = {
        "objective": [objective.code for objective in plan.objectives[-1:]],
        "objectives": [objective.code for objective in plan.objectives[:1]],
        "programme": [programme.code for programme in (*plan.programmes[-1:], *plan.linked_programmes[:1])],
        "programmes": [programme.code for programme in plan.linked_programmes[:1]],
        "province": [province.code for province in plan.provinces[-1:]],
        "site": [plan.sites[0].code, plan.sites[-1].code],
        "indicator": [*sorts.values(), *with_parts[:1]],
        "indicators": with_parts[:1],
        "number": [indicator.code for indicator in plan.indicators[:1]],
        "why": [indicator.code for indicator in plan.indicators[:1]],
        "help": ["send-a-return"],
        "remarks": [indicator.code for indicator in plan.indicators[:1]],
    }.get(kind, ["1"])
    template = template.replace("<period>", "plan").replace("<quarter>", f"{plan.settings.first_year}Q1")
    return [re.sub(r"<[^>]+>", code, template) for code in codes]
