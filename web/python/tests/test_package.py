"""What is built: a wheel and a source archive, without a network."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

import splitrank
from serving import ROOT

pytest.importorskip("build", reason="build is not installed")
pytest.importorskip("hatchling", reason="hatchling is not installed")

PACKAGE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(PACKAGE)]  # as `make python` does
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def named(built: Path, end: str) -> Path:
    return built / f"splitrank-{splitrank.__version__}{end}"


def metadata(built: Path) -> Message:
    with zipfile.ZipFile(named(built, "-py3-none-any.whl")) as wheel:
        return Parser().parsestr(wheel.read(f"splitrank-{splitrank.__version__}.dist-info/METADATA").decode())


def test_the_wheel_has_the_package_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(named(built, "-py3-none-any.whl")) as wheel:
        files = {name for name in wheel.namelist() if not name.startswith(f"splitrank-{splitrank.__version__}.dist-info/")}
        assert f"splitrank-{splitrank.__version__}.dist-info/licenses/LICENSE" in wheel.namelist()
    source = PACKAGE / "src"
    assert files == {str(p.relative_to(source)) for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert "splitrank/py.typed" in files


def test_the_licence_is_the_repositorys() -> None:
    """A link would not survive in the source archive."""
    assert (PACKAGE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_source_archive_builds_itself(built: Path) -> None:
    with tarfile.open(named(built, ".tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "PKG-INFO", "src/splitrank/py.typed"} <= names
    assert not any(name.startswith("tests") for name in names)


def test_only_httpx_is_needed(built: Path) -> None:
    needed = metadata(built).get_all("Requires-Dist") or []
    assert [n for n in needed if "extra ==" not in n] == ["httpx<0.29,>=0.27"]
    assert sorted(n.partition("extra == ")[2].strip("'\"") for n in needed if "extra ==" in n) == ["langchain", "llamaindex"]


def test_no_registry_takes_it_by_mistake(built: Path) -> None:
    assert "Private :: Do Not Upload" in (metadata(built).get_all("Classifier") or [])
    assert metadata(built)["Requires-Python"] == ">=3.10"


def test_importing_needs_no_extra() -> None:
    """Neither a framework nor typing_extensions, which only type checkers see."""
    modules = ("pydantic", "langchain_core", "llama_index", "typing_extensions")
    code = f"import sys, splitrank; print(*(m for m in {modules} if m in sys.modules))"
    found = subprocess.run(
        [sys.executable, "-B", "-c", code], env={"PYTHONPATH": str(PACKAGE / "src")}, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() in ("", "typing_extensions")  # anyio, below httpx, wants it before Python 3.13
