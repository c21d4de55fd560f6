"""What a sample of a finding is: a file with one fault, and its good neighbour, the same file with the fault mended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans, only_plan
from etl.returns.checks import CheckContext, EarlierReturn
from etl.returns.form.claims import Confirmed
from etl.returns.intake import Examined, examine
from tests.returns.intake_cases import AFTER, PLAN, edited, filled, row_of, say_all
from tests.support.workbooks import change_part

Maker = Callable[[], bytes]
SHEET_PART = "xl/worksheets/sheet1.xml"
VALUE_COLUMN = 7
A_02 = b"<v>732.5</v>"
"""How the good return holds its amount of A-02."""


@dataclass(frozen=True)
class World:
    """Everything beside the file that a finding can depend on."""

    plan: Plan = PLAN
    plans: Plans | None = None
    """The plan alone, unless told otherwise."""
    today: date = AFTER
    locked: bool = False
    others: Mapping[Quarter, EarlierReturn] = field(default_factory=dict)
    confirmed: Confirmed | None = None
    signing_key: bytes = b""
    name: str = "return.xlsx"


ORDINARY = World()


@dataclass(frozen=True)
class Sample:
    """One code of the catalogue with its file and its good neighbour."""

    code: str
    faulty: Maker
    good: Maker = filled
    world: World = ORDINARY
    good_world: World | None = None
    """Where the fault isn't in the file but around it: the world in which the same file is good."""
    also: tuple[str, ...] = ()
    """Codes that unavoidably go with the fault, each as often as it is found."""
    because: str = ""
    """Why they can't be avoided."""

    def find_faults(self) -> Examined:
        return examined_in(self.faulty(), self.world)

    def find_none(self) -> Examined:
        return examined_in(self.good(), self.good_world or self.world)


def examined_in(data: bytes, world: World) -> Examined:
    """What the whole intake says of a file in a world; every finding has its words in both languages."""
    answer = examine(
        world.name,
        data,
        plans=world.plans or only_plan(world.plan),
        context_for=lambda _: CheckContext(world.plan, world.today, world.locked, world.others),
        confirmed=world.confirmed,
        signing_key=world.signing_key,
    )
    say_all(answer.findings)
    return answer


def typed(code: str, entries: Mapping[str, object], *, also: tuple[str, ...] = (), because: str = "") -> Sample:
    """A fault that is typed into the good return; its neighbour is the good return itself."""
    return Sample(code, lambda: filled(entries), also=also, because=because)


def changed(
    code: str, change: Callable[[Worksheet], object], *, also: tuple[str, ...] = (), because: str = ""
) -> Sample:
    """A fault that a person made by changing the sheet and saving; the neighbour was opened and saved as well."""
    return Sample(
        code, lambda: edited(filled(), change), lambda: edited(filled(), _nothing), also=also, because=because
    )


def written(code: str, change: Callable[[bytes], bytes], *, part: str = SHEET_PART) -> Sample:
    """A fault in the XML of one part of the good return, its checksum right."""
    return Sample(code, lambda: really_changed(filled(), part, change))


def really_changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The file with its part changed; an assertion fails where the change found nothing to change."""

    def checked(content: bytes) -> bytes:
        other = change(content)
        assert other != content, f"nothing was changed in {part}"
        return other

    return change_part(data, part, checked)


def set_value(key: str, value: object) -> Callable[[Worksheet], object]:
    """Types into the value cell of a key."""
    return lambda sheet: sheet.cell(row_of(sheet, key), VALUE_COLUMN, value)


def set_field(tag: str, value: object) -> Callable[[Worksheet], object]:
    """Types into the header block."""

    def change(sheet: Worksheet) -> None:
        sheet.cell(row_of(sheet, tag), 3).value = value

    return change


def unmerge_all(sheet: Worksheet) -> None:
    """Rows can be inserted and deleted by openpyxl only where nothing is merged."""
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))


def _nothing(sheet: Worksheet) -> None:
    """Opens and saves only."""
