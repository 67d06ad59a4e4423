"""What people did with answers, on its way to a server that logs queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypedDict

from ._errors import MissingFieldError
from ._json import Fields, parsed
from ._options import Check, checked, kind, table, text, whole
from ._request import encoded

if TYPE_CHECKING:
    from typing_extensions import Required


class AnswerEvent(TypedDict, total=False):
    """Something that somebody did with an answer."""

    query_id: Required[str]
    """`Answer.query_id`."""
    action: Required[str]
    """"click", "view", "add_to_cart", "purchase", or a name of your own."""
    index: int | None
    """Which document: `Result.index`. This package sends documents without their ids."""
    rank: int | None
    """`Result.rank`."""
    client_id: str | None
    """The `client_id` of the answer."""
    session_id: str | None
    """A visit."""


@dataclass(frozen=True)
class EventsTaken:
    """What became of events."""

    accepted: int
    unknown: int
    """Of no answer of this server's."""
    late: int
    """Of an answer that is too old."""


_CHECKS: Mapping[str, Check] = {
    "query_id": text,
    "action": text,
    "index": whole(0),
    "rank": whole(1),
    "client_id": text,
    "session_id": text,
}


def events_body(events: Iterable[AnswerEvent]) -> bytes:
    """The JSON of POST /events: records of User Behavior Insights."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return encoded([_record(event, f"events[{i}]", now) for i, event in enumerate(events)])


def _record(event: Mapping[str, Any], field: str, now: str) -> dict[str, object]:
    table(_CHECKS)(event, field)
    found = checked(event, _CHECKS, field)
    for name in ("query_id", "action"):
        if name not in found:
            raise MissingFieldError(f"{field} has no {name}: {kind(event)}", field=f"{field}.{name}")
    attributes: dict[str, object] = {}
    if "index" in found:
        attributes["object"] = {"object_id": str(found.pop("index"))}
    if "rank" in found:
        attributes["position"] = {"ordinal": found.pop("rank")}
    return {"action_name": found.pop("action"), "timestamp": now, **found, "event_attributes": attributes}


def taken_of(body: bytes) -> EventsTaken:
    """The answer to events, or a bad answer."""
    fields = Fields(parsed(body))
    return EventsTaken(*(fields.integer(name) for name in ("accepted", "unknown", "late")))
