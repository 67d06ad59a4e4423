"""Events against a real server that logs queries."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import splitrank
from serving import served


@pytest.fixture
def logging(binary: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    with served(binary, "--model", "none", "--query-log", str(tmp_path)) as url:
        yield url, tmp_path


def written(path: Path) -> str:
    """Return a log, which the server writes soon after its answer."""
    give_up = time.monotonic() + 60
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < give_up, f"nothing in {path}"
        time.sleep(0.02)
    return path.read_text()


def test_events_reach_the_log(logging: tuple[str, Path]) -> None:
    url, log = logging
    with splitrank.Client(url) as client:
        answer = client.rerank("bread", [{"id": "a", "text": "bread"}, {"id": "b", "text": "cheese"}], client_id="v")
        assert answer.query_id is not None
        click: splitrank.AnswerEvent = {"query_id": answer.query_id, "action": "click", "index": 0, "rank": 1, "client_id": "v"}
        taken = client.send_events([click, {"query_id": "made up", "action": "click"}])
    assert taken == splitrank.EventsTaken(accepted=1, unknown=1, late=0)

    async def again() -> splitrank.EventsTaken:
        async with splitrank.AsyncClient(url) as client:
            return await client.send_events([click])

    assert asyncio.run(again()).accepted == 1
    lines = [json.loads(line) for line in written(log / "ubi_queries.jsonl").splitlines()]
    assert [(q["query_id"], q["client_id"], q["query_response_hit_ids"]) for q in lines] == [(answer.query_id, "v", ["0", "1"])]
    assert "bread" not in lines[0]["user_query"]


@pytest.mark.parametrize(
    ("event", "error", "field"),
    [
        ({"action": "click"}, splitrank.MissingFieldError, "events[0].query_id"),
        ({"query_id": "q", "action": 1}, splitrank.WrongTypeError, "events[0].action"),
        ({"query_id": "q", "action": "click", "rank": 0}, splitrank.OutOfRangeError, "events[0].rank"),
        ({"query_id": "q", "action": "click", "place": 1}, splitrank.UnknownFieldError, "events[0].place"),
    ],
)
def test_wrong_events_are_refused(event: Any, error: type[splitrank.SplitrankError], field: str) -> None:
    with splitrank.Client("http://127.0.0.1:1") as client, pytest.raises(error) as caught:
        client.send_events([event])
    assert caught.value.field == field


def test_a_server_without_a_log_says_so(server: str) -> None:
    with splitrank.Client(server) as client, pytest.raises(splitrank.NotFoundError, match="--query-log"):
        client.send_events([{"query_id": "q", "action": "click"}])
