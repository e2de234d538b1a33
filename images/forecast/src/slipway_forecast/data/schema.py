"""Schemas of the three kinds of data sets and the roles their attributes play."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import JobError

TARGET = "TARGET_TIME_SERIES"
RELATED = "RELATED_TIME_SERIES"
METADATA = "ITEM_METADATA"

# Amazon Forecast developer guide, "Predefined dataset domains": identifier and target of each domain.
_DOMAINS = {
    "RETAIL": ("item_id", "demand"),
    "CUSTOM": ("item_id", "target_value"),
    "INVENTORY_PLANNING": ("item_id", "demand"),
    "EC2_CAPACITY": ("instance_type", "number_of_instances"),
    "WORK_FORCE": ("workforce_type", "workforce_demand"),
    "WEB_TRAFFIC": ("item_id", "value"),
    "METRICS": ("metric_name", "metric_value"),
}
_TYPES = ("string", "integer", "float", "timestamp", "geolocation")
TIMESTAMP = "timestamp"


@dataclass(frozen=True)
class Attribute:
    """A column: its name and one of the types string, integer, float, timestamp, geolocation."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        """True for integer and float."""
        return self.type in ("integer", "float")

    @property
    def is_text(self) -> bool:
        """True for string and geolocation."""
        return self.type in ("string", "geolocation")


@dataclass(frozen=True)
class Schema:
    """The columns of a data set in file order, with the roles its domain gives them."""

    attributes: tuple[Attribute, ...]
    identifier: str
    target: str

    @classmethod
    def parse(cls, raw: Any, domain: str) -> Schema:
        """From the API's `{"Attributes": [{"AttributeName", "AttributeType"}]}`; JobError if it is not that."""
        if domain not in _DOMAINS:
            raise JobError(f"domain '{domain}' is not one of {', '.join(_DOMAINS)}")
        try:
            attributes = tuple(Attribute(entry["AttributeName"], entry["AttributeType"]) for entry in raw["Attributes"])
        except (KeyError, TypeError) as error:
            raise JobError(f"schema is not a list of AttributeName and AttributeType: {error}") from error
        wrong = [attribute.type for attribute in attributes if attribute.type not in _TYPES]
        if wrong:
            raise JobError(f"schema has the attribute type '{wrong[0]}', known are {', '.join(_TYPES)}")
        return cls(attributes, *_DOMAINS[domain])

    def names(self) -> list[str]:
        """All attribute names in file order."""
        return [attribute.name for attribute in self.attributes]

    def require(self, *names: str) -> None:
        """JobError if one of the names is not an attribute."""
        missing = [name for name in names if name not in self.names()]
        if missing:
            raise JobError(f"the schema has no attribute '{missing[0]}'")

    def text_columns(self) -> list[str]:
        """Text attributes besides the identifier: dimensions, or attributes of an item."""
        return [a.name for a in self.attributes if a.is_text and a.name != self.identifier]

    def number_columns(self) -> list[str]:
        """Numeric attributes."""
        return [a.name for a in self.attributes if a.is_number]
