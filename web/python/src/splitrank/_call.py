"""What the two clients do alike between their reads and writes: time, size, errors."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic

import httpx

from ._answer import Answer, Stage
from ._documents import D
from ._errors import SplitrankError, TimedOutError, UnreachableError
from ._events import Event
from ._json import bad
from ._request import Request
from ._wire import answer_of, error_of, retry_after_of

JSON = "application/json"
EVENTS = "text/event-stream"
_STAGES: dict[str, Stage] = {"heuristic": "heuristic", "partial": "partial", "final": "final"}


class Deadline:
    """The end of a call, further tries included."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds left, or the error of a call that has none."""
        left = self.rest()
        if left == 0:
            raise self.passed()
        return left

    def rest(self) -> float:
        """Seconds left, 0 if none are."""
        return max(0.0, self._end - monotonic())

    def passed(self) -> TimedOutError:
        return TimedOutError(f"no answer within {self._seconds:g} seconds")

    def pause(self, error: SplitrankError, left: int) -> float:
        """Seconds to wait before another try, of which so many are left; raises error where none could end well."""
        wait = error.retry_after
        if left <= 0 or wait is None or wait >= self.rest():
            raise error  # see RATIONALE: why-the-client-does-not-retry
        return wait

    def narrow(self, response: httpx.Response) -> None:
        """Leaves the reading of a body what the wait for its headers has not taken."""
        times = response.request.extensions.get("timeout")
        if isinstance(times, dict):
            times["read"] = self.left()


@contextmanager
def reaching(deadline: Deadline) -> Generator[None, None, None]:
    """Says in this package's words what happens on the way."""
    try:
        yield
    except httpx.TimeoutException as cause:
        raise deadline.passed() from cause
    except httpx.DecodingError as cause:
        bad("the answer cannot be unpacked", cause)
    except httpx.HTTPError as cause:
        raise UnreachableError(f"the server cannot be reached: {str(cause) or type(cause).__name__}") from cause


class Body:
    """A body as it comes, bounded."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()

    def add(self, chunk: bytes) -> None:
        if len(self._bytes) + len(chunk) > self._limit:
            bad(f"the answer is longer than {self._limit} bytes (max_answer_bytes)")
        self._bytes += chunk

    def of(self, response: httpx.Response) -> bytes:
        """The whole body of a good answer; any other raises its error."""
        if response.status_code in (200, 202):
            return bytes(self._bytes)
        if response.has_redirect_location:
            bad(f"status {response.status_code}: redirected to {response.headers['location'][:200]!r}, give that as url")
        raise error_of(bytes(self._bytes), response.status_code, retry_after_of(response.headers.get("retry-after")))


def has_events(response: httpx.Response) -> bool:
    return response.status_code == 200 and response.headers.get("content-type", "").startswith(EVENTS)


def answer_in(event: Event, request: Request[D]) -> Answer[D] | None:
    """The answer that an event brings; None of one that this version does not know."""
    if event.name == "error":
        raise error_of(event.data, None, None)
    stage = _STAGES.get(event.name)
    return None if stage is None else answer_of(event.data, request, stage)


def cut_short() -> SplitrankError:
    return UnreachableError("the events ended before the answer")
