"""The gate's third step for custom document properties."""

from collections.abc import Mapping

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.part_stream import Attributes, Budget, EndHandler, PartRefusedError, PartStream, StartHandler

PROPERTIES_PART = "docProps/custom.xml"
MAX_PROPERTIES = 2_000
_VALUE_ELEMENTS = (
    "lpwstr",
    "lpstr",
    "bstr",
    "i1",
    "i2",
    "i4",
    "i8",
    "int",
    "r4",
    "r8",
    "decimal",
    "bool",
    "filetime",
    "date",
)


class PropertyStream(PartStream):
    """Collect the name and the value of each property as written."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.properties: list[tuple[str, str]] = []
        self._property_name = ""

    def list_start_handlers(self) -> Mapping[str, StartHandler]:
        return {"property": self._start_property, **dict.fromkeys(_VALUE_ELEMENTS, self.start_capture)}

    def list_end_handlers(self) -> Mapping[str, EndHandler]:
        return dict.fromkeys(_VALUE_ELEMENTS, self._end_value)

    def _start_property(self, attributes: Attributes) -> None:
        self._property_name = attributes.get("name", "")

    def _end_value(self) -> None:
        self.properties.append((self._property_name, self.end_capture()))
        if len(self.properties) > MAX_PROPERTIES:
            raise PartRefusedError(make_finding("file-too-much-data", detail=self.short_name))
