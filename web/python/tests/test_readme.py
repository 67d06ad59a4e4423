"""The examples of the README run, and print what it says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from types import MethodType

import pytest

README = Path(__file__).parents[1] / "README.md"
PACKAGES = {"langchain_core": "langchain-core", "llama_index": "llama-index-core"}
EXAMPLES = re.findall(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", README.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example(server: str, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config, number: int) -> None:
    code, printed = EXAMPLES[number]
    for module in re.findall(r"^(?:from|import) (langchain_core|llama_index)", code, re.MULTILINE):
        pytest.importorskip(module, reason=f"{PACKAGES[module]} is not installed")
    monkeypatch.setenv("SPLITRANK_URL", server)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        names: dict[str, object] = {"__name__": "__main__"}
        exec(compile(code, f"README.md, example {number}", "exec"), names)
    for value in names.values():
        if isinstance(close := getattr(value, "close", None), MethodType):
            close()
    if pytestconfig.getoption("update"):
        README.write_text(README.read_text("utf-8").replace(printed, out.getvalue()), "utf-8")
    else:
        assert out.getvalue() == printed, "pytest --update writes what is printed now"
