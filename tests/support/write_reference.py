"""Write `docs/reference.md` from the code: settings, addresses and metrics.

Run it after a change of them: `python -m tests.support.write_reference`.
"""

import inspect
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import Metric

from dashboard.access.context import AppContext
from dashboard.access.operations import Metrics, ReadinessCollector
from dashboard.access.registry import registry
from dashboard.app import import_modules
from etl.queries.data_source import open_data_source
from etl.settings import Settings
from etl.use_cases.operations.readiness import Readiness

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference.md"
_HEAD = """# Settings, addresses and metrics

`python -m tests.support.write_reference` writes this page from the code, and a test compares both. The commands are on
`docs/commands.md`, the fields of a plan on `docs/plan-files.md`, the findings on `docs/findings.md`, the data frames on
`docs/frames.md`.
"""


def render_reference() -> str:
    """Return the page."""
    sections = (
        _HEAD,
        "## Settings\n\nEnvironment variables; `.env.sample` has them all with their defaults.\n",
        _render_table(("setting", "default", "what it is"), _list_settings()),
        "## Addresses\n\nEach address exists with the prefix `/km` too, in Khmer. `staff` is anyone signed in, "
        "`manage` managers and administrators, `administer` administrators.\n",
        _render_table(("address", "methods", "permission", "what it does"), _list_addresses()),
        "## Metrics\n\n`/metrics` answers in the format of Prometheus, this machine or `OPERATIONS_TOKEN` only. "
        "`/ready` has the same for people and load balancers.\n",
        _render_table(("metric", "kind", "what it counts"), _list_metrics()),
    )
    return "\n".join(sections)


def _render_table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _list_settings() -> list[tuple[str, str, str]]:
    """Return the settings of `.env.sample`, each with the comment above it or above the settings before it."""
    rows: list[tuple[str, str, str]] = []
    notes: list[str] = []
    is_comment = False
    for line in (ROOT / ".env.sample").read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("#"):
            notes = [*notes, line.removeprefix("#").strip()] if is_comment else [line.removeprefix("#").strip()]
        elif "=" in line:
            name, _, default = line.partition("=")
            rows.append((f"`{name}`", f"`{default}`" if default else "", " ".join(notes)))
        is_comment = line.startswith("#")
    return rows


def _list_addresses() -> list[tuple[str, str, str, str]]:
    """Return the registered pages and routes, by address."""
    import_modules()
    rows = [(page.rule, "GET", page.permission.value, _summarize(page.layout)) for page in registry.pages]
    for route in registry.routes:
        rows.append((route.rule, " ".join(route.methods), route.permission.value, _summarize(route.view)))
    return [(f"`{rule}`", *others) for rule, *others in sorted(rows)]


def _summarize(view: object) -> str:
    """Return the first sentence of a view's docstring; of views without one their name in words."""
    text = " ".join((inspect.getdoc(view) or "").partition("\n\n")[0].split())
    return text or f"{getattr(view, '__name__', '').strip('_').replace('_', ' ').capitalize()}."


def _list_metrics() -> list[tuple[str, str, str]]:
    source = open_data_source("sqlite:///:memory:")
    own_registry: CollectorRegistry = Metrics(AppContext(source=source, settings=Settings())).own_registry
    source.engine.dispose()
    metrics: list[Metric] = [*own_registry.collect(), *ReadinessCollector(_make_readiness()).collect()]
    return [(f"`{metric.name}`", metric.type, metric.documentation) for metric in metrics]


def _make_readiness() -> Readiness:
    """Return a state in which every metric has a value."""
    return Readiness(**dict.fromkeys(Readiness.__dataclass_fields__, 1))


if __name__ == "__main__":
    PAGE.write_text(render_reference(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written.")
