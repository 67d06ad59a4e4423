"""JSON of a server, read with its types. Keys that nobody asks for are passed over: a newer server may send them."""

from __future__ import annotations

import json
import math
from typing import NoReturn, cast

from ._errors import BadAnswerError


class Fields:
    """The fields of a JSON object; what is missing or of another type is a bad answer."""

    def __init__(self, value: object, name: str = "the answer") -> None:
        if not isinstance(value, dict):
            bad(f"{name} is not a JSON object")
        self._values: dict[str, object] = value
        self._name = name

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def raw(self, key: str) -> object:
        return self._values.get(key)

    def number(self, key: str) -> float:
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            bad(f"{key} of {self._name} is not a number")
        return float(value)

    def integer(self, key: str) -> int:
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            bad(f"{key} of {self._name} is not a whole number")
        return value

    def text(self, key: str) -> str:
        value = self._values.get(key)
        if not isinstance(value, str):
            bad(f"{key} of {self._name} is not a string")
        return value

    def flag(self, key: str) -> bool:
        value = self._values.get(key)
        if not isinstance(value, bool):
            bad(f"{key} of {self._name} is neither true nor false")
        return value

    def child(self, key: str) -> Fields:
        return Fields(self._values.get(key), f"{key} of {self._name}")

    def items(self, key: str) -> list[object]:
        value = self._values.get(key)
        if not isinstance(value, list):
            bad(f"{key} of {self._name} is not a list")
        return cast("list[object]", value)

    def children(self, key: str) -> list[Fields]:
        return [Fields(value, f"{key}[{i}]") for i, value in enumerate(self.items(key))]


def bad(message: str, cause: BaseException | None = None) -> NoReturn:
    """Raises the error of an answer that cannot be one."""
    raise BadAnswerError(message) from cause


def parsed(body: bytes) -> object:
    """The JSON of a body."""
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as cause:
        bad("the answer is not JSON: is this a splitrank server?", cause)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
