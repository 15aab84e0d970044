"""How a place such as `stats.playCount` or `challenges[].title` is taken out of records."""

from collections.abc import Callable
from typing import Any


def getter(place: str) -> Callable[[dict[str, Any]], Any]:
    """Return the function that takes one place out of a record."""
    outer, many, inner = place.partition("[].")
    steps = outer.split(".")

    def take(record: Any) -> Any:
        for step in steps:
            record = record.get(step) if isinstance(record, dict) else None
        if many and isinstance(record, list):
            return [item.get(inner) for item in record if isinstance(item, dict)]
        return record

    return take


def first(places: str, records: list[dict[str, Any]]) -> list[Any]:
    """Return, for each record, what the first filled place holds; objects are no values."""
    if not set(places) & set(". ["):
        return [record.get(places) for record in records]
    columns = [[take(record) for record in records] for take in map(getter, places.split())]
    if len(columns) == 1:
        return columns[0]
    return [next((value for value in row if value not in (None, "")
                  and not isinstance(value, (dict, list))), None)
            for row in zip(*columns, strict=True)]  # fmt: skip
