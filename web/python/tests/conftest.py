from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from calls import ASYNC, SYNC, Calls
from serving import Fake, Script, faked, program, served


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write what the README's examples print into it")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPLITRANK_URL", "SPLITRANK_API_KEY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return program(tmp_path_factory.mktemp("bin"))


@pytest.fixture(scope="session")
def server(binary: Path) -> Iterator[str]:
    """The address of a real server without a model."""
    with served(binary, "--model", "none") as url:
        yield url


@pytest.fixture
def fake() -> Iterator[Callable[[Script], Fake]]:
    """Starts servers that answer as their scripts say."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(faked(script))


@pytest.fixture(params=[pytest.param(SYNC, id="sync"), pytest.param(ASYNC, id="async")])
def calls(request: pytest.FixtureRequest) -> Calls:
    found = request.param
    assert isinstance(found, Calls)
    return found
