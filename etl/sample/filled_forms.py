"""Fill invented returns into the forms of their sites."""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from etl.indicators.plans import Plan
from etl.returns.form.build import FormContents, build_form_workbook, serialize_form
from etl.returns.form.targets import list_form_targets
from etl.sample.invented_returns import InventedReturn


@dataclass(frozen=True)
class FilledForm:
    """A form as a file, with the sheet and cell of each entry by its key."""

    name: str
    data: bytes
    sheet: str
    value_cells: Mapping[str, str]


@contextmanager
def fill_forms(plan: Plan, version: int, returns: Sequence[InventedReturn]) -> Iterator[Iterator[FilledForm]]:
    """Yield the forms of the returns in their order. A second process fills them while the caller imports them."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield pool.map(partial(fill_form, plan, version), returns)
        finally:
            pool.shutdown(cancel_futures=True)


def fill_form(plan: Plan, version: int, invented: InventedReturn) -> FilledForm:
    """Return the form of one return."""
    form = build_form_workbook(
        plan,
        version,
        invented.site,
        invented.quarter,
        FormContents(
            targets=list_form_targets(plan, invented.site, invented.quarter.year),
            basis=invented.basis,
            entries=dict(invented.entries),
            notes={
                key: "not measured this quarter" for key, value in invented.entries if not isinstance(value, Decimal)
            },
            prepared_by="Sample maker",
            prepared_on=invented.submitted_at.date(),
        ),
    )
    return FilledForm(
        name=f"{invented.site}-{invented.quarter}-{invented.submitted_at:%Y%m%d}.xlsx",
        data=serialize_form(form),
        sheet=form.workbook.worksheets[0].title,
        value_cells=dict(form.value_cells),
    )
