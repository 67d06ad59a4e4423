"""Server-sent events (HTML standard, section 9.2.6), read as their bytes come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ._json import bad


@dataclass(frozen=True)
class Event:
    name: str
    data: bytes


class EventReader:
    """Turns bytes into events and keeps at most `limit` bytes of one. Ids and retry times are passed over."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._line = bytearray()
        self._name = "message"
        self._data: list[bytes] = []
        self._kept = 0
        self._after_cr = False

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """The events that end in chunk."""
        if not chunk:
            return
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]  # the second half of a \r\n
        for piece in chunk.splitlines(keepends=True):  # of bytes: at \r\n, \n and \r only
            ended = piece[-1:] in (b"\n", b"\r")
            self._hold(piece.rstrip(b"\r\n") if ended else piece)
            if ended:
                yield from self._end_line()
        self._after_cr = chunk.endswith(b"\r")

    def _hold(self, piece: bytes) -> None:
        self._kept += len(piece)
        if self._kept > self._limit:
            bad(f"an event is longer than {self._limit} bytes")
        self._line += piece

    def _end_line(self) -> Iterator[Event]:
        line = bytes(self._line)
        self._line.clear()
        if not line:
            yield from self._end_event()
            return
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"data":
            self._data.append(value)
        else:
            self._kept -= len(line)  # nothing of it is kept

    def _end_event(self) -> Iterator[Event]:
        name, data = self._name, self._data
        self._name, self._data, self._kept = "message", [], 0
        if data:
            yield Event(name, b"\n".join(data))
