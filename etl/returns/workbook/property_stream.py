"""The gate's third step, for the properties that a program or a person added to the document."""

from collections.abc import Mapping

from etl.returns.findings.finding import make_finding
from etl.returns.workbook.part_stream import Attributes, Budget, EndHandler, PartRefusedError, PartStream, StartHandler

PROPERTIES_PART = "docProps/custom.xml"
MAX_PROPERTIES = 2_000
_KINDS = ("lpwstr", "lpstr", "bstr", "i1", "i2", "i4", "i8", "int", "r4", "r8", "decimal", "bool", "filetime", "date")


class PropertyStream(PartStream):
    """Collects each property's name with its value as it is written."""

    def __init__(self, name: str, budget: Budget) -> None:
        super().__init__(name, budget)
        self.properties: list[tuple[str, str]] = []
        self._property = ""

    def openers(self) -> Mapping[str, StartHandler]:
        return {"property": self._open_property, **dict.fromkeys(_KINDS, self.capture)}

    def closers(self) -> Mapping[str, EndHandler]:
        return dict.fromkeys(_KINDS, self._close_value)

    def _open_property(self, attributes: Attributes) -> None:
        self._property = attributes.get("name", "")

    def _close_value(self) -> None:
        self.properties.append((self._property, self.captured()))
        if len(self.properties) > MAX_PROPERTIES:
            raise PartRefusedError(make_finding("file-too-much-data", detail=self.short_name))
