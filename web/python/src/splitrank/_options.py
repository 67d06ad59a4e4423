"""The options of one request, in the spelling of POST /rerank."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict, cast

from ._errors import ConflictingFieldsError, NotFiniteError, OutOfRangeError, UnknownFieldError, WrongTypeError

MOST = 1_000_000_000
"""Largest whole number that the server takes."""


class Budget(TypedDict, total=False):
    """Bounds of the model's part; the tightest counts."""

    documents: int | None
    """Documents to read at most; those that are known are scored besides."""
    tokens: int | None
    """Tokens to run through the model at most."""
    deadline_ms: int | None
    """Milliseconds for the server's whole answer, which is degraded rather than late."""


class Windows(TypedDict, total=False):
    """Windows over a long document, in tokens."""

    size: int | None
    """Default: what fits beside the query."""
    stride: int | None
    """Tokens that neighbours share. Default 0."""
    count: int | None
    """Most windows of a document. Default 16."""
    score: Literal["max", "mean2"] | None
    """Score of the document: its best window's, or the mean of the two best. Default "max"."""


class Truncation(TypedDict, total=False):
    """How a model reads what is too long for it."""

    strategy: Literal["only_second", "longest_first", "do_not_truncate"] | None
    """Which of query and document gives way. Default "only_second": the document. "do_not_truncate" refuses what is too long."""
    max_query_tokens: int | None
    """Longest query in tokens. Default: no bound of its own."""
    max_document_tokens: int | None
    """Longest document in tokens. Default: no bound of its own."""
    windows: Windows | None
    """Scores a long document part by part. Default: its beginning only."""


class LLM(TypedDict, total=False):
    """Options of pipeline "llm", a large language model that grades the best of the cascade."""

    top_n: int | None
    """Documents that are graded, at most 20. Default 10."""
    mode: Literal["batch", "isolation", "consistency", "listwise", "likelihood"] | None
    """How they are asked about. Default "batch"."""
    shuffles: int | None
    """Orders of mode "consistency". Default 3."""
    when: Literal["always", "unsure"] | None
    """"unsure": only where the cascade's two best are close. Default "always"."""
    verify: bool | None
    """Asks about documents that rise far again, with a question that they cannot answer. Default: in mode "isolation"."""
    bounded: bool | None
    """No document gains more than two places by its grade, however good that is. Default: the server's."""


class Options(TypedDict, total=False):
    """Options of one request. One that is left out, or None, has the server's default."""

    top_k: int | None
    """Results wanted, at least 1. Default: all."""
    pipeline: Literal["cascade", "cross-encoder", "heuristic", "llm"] | None
    """Who scores. Default: the best that the server has."""
    budget: Budget | None
    """Bounds of the model's part."""
    deadline_ms: int | None
    """The same as `budget["deadline_ms"]`."""
    diversity: float | None
    """0 to 1; parts near-duplicates. Then `rank` is the order, not the score. Default 0."""
    language: str | None
    """Language of the query, an ISO 639-1 code; "und" for none. Default "auto"."""
    typing: bool | None
    """Takes a query that ends inside a word for one that is being typed. Default False."""
    explain: bool | None
    """Asks for `Result.explanation` and `Result.matches`. Default False."""
    strict: bool | None
    """Prefers an error to a degraded answer, and to a fallback. Default False."""
    cache: bool | None
    """Whether the server may use and keep what its models say of the texts. Default True."""
    client_id: str | None
    """Who asks, as you know them: a visitor, a session. The server's experiments assign by it."""
    model: str | None
    """Model by its name. Default: the server's own choice."""
    first_model: str | None
    """In a cascade: the late-interaction model that chooses what `model` reads, or "none". Default: the server's own choice."""
    first_stage: Literal["given", "hidden"] | None
    """"hidden": the order of the documents means nothing. Default "given"."""
    return_documents: bool | None
    """Asks the server to echo what it read, as `Result.echo`. `Result.document` is always there."""
    truncation: Truncation | None
    """How the model reads what is too long for it."""
    llm: LLM | None
    """Options of pipeline "llm"."""


Check = Callable[[object, str], object]
"""A check of a value with the name of its field: returns it as JSON has it, or raises."""


def text(value: object, field: str) -> object:
    if not isinstance(value, str):
        raise WrongTypeError(f"{field} must be a string, not {kind(value)}", field=field)
    return value


def flag(value: object, field: str) -> object:
    if not isinstance(value, bool):
        raise WrongTypeError(f"{field} must be True or False, not {kind(value)}", field=field)
    return value


def number(value: object, field: str) -> float:
    """A finite number; also one of numpy's."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise WrongTypeError(f"{field} must be a number, not {kind(value)}", field=field)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise NotFiniteError(f"{field} is not a finite number", field=field)
    return found


def whole(least: int) -> Callable[[object, str], int]:
    """A check for whole numbers from least on; also those of numpy."""

    def check(value: object, field: str) -> int:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral):
            raise WrongTypeError(f"{field} must be a whole number, not {kind(value)}", field=field)
        found = int(value)
        if not least <= found <= MOST:
            raise OutOfRangeError(f"{field} is outside {least} to {MOST}", field=field)
        return found

    return check


def share(value: object, field: str) -> object:
    found = number(value, field)
    if not 0 <= found <= 1:
        raise OutOfRangeError(f"{field} is {found:g}, outside 0 to 1", field=field)
    return found


def table(checks: Mapping[str, Check]) -> Check:
    """A check for mappings without keys beyond those of checks. None counts as left out."""

    def check(value: object, field: str) -> object:
        if not isinstance(value, Mapping):
            raise WrongTypeError(f"{field} must be a mapping, not {kind(value)}", field=field)
        return checked(cast("Mapping[Any, object]", value), checks, field)

    return check


def checked(values: Mapping[Any, object], checks: Mapping[str, Check], field: str = "") -> dict[str, object]:
    """What of values goes into the JSON."""
    found: dict[str, object] = {}
    for key, value in values.items():
        name = f"{field}.{key}" if field else str(key)
        if key not in checks:
            raise UnknownFieldError(f"unknown option {name}; known are {', '.join(checks)}", field=name)
        if value is not None:
            found[key] = checks[key](value, name)
    return found


def kind(value: object) -> str:
    return "None" if value is None else f"{type(value).__name__} {str(value)[:60]!r}"


# The words of pipeline and the like are the server's to know.
BUDGET: Mapping[str, Check] = {"documents": whole(1), "tokens": whole(1), "deadline_ms": whole(1)}
WINDOWS: Mapping[str, Check] = {"size": whole(1), "stride": whole(0), "count": whole(1), "score": text}
TRUNCATION: Mapping[str, Check] = {
    "strategy": text,
    "max_query_tokens": whole(1),
    "max_document_tokens": whole(1),
    "windows": table(WINDOWS),
}
LLM_OPTIONS: Mapping[str, Check] = {"top_n": whole(1), "mode": text, "shuffles": whole(1), "when": text, "verify": flag, "bounded": flag}
OPTIONS: Mapping[str, Check] = {
    "top_k": whole(1),
    "pipeline": text,
    "budget": table(BUDGET),
    "deadline_ms": whole(1),
    "diversity": share,
    "language": text,
    "typing": flag,
    "explain": flag,
    "strict": flag,
    "cache": flag,
    "client_id": text,
    "model": text,
    "first_model": text,
    "first_stage": text,
    "return_documents": flag,
    "truncation": table(TRUNCATION),
    "llm": table(LLM_OPTIONS),
}


def plain_options(options: Mapping[str, Any]) -> dict[str, object]:
    """The options as JSON has them: `deadline_ms` moves into the budget."""
    found = checked(options, OPTIONS)
    deadline = found.pop("deadline_ms", None)
    if deadline is None:
        return found
    budget = checked(options.get("budget") or {}, BUDGET, "budget")
    found["budget"] = budget
    if budget.setdefault("deadline_ms", deadline) != deadline:
        raise ConflictingFieldsError(
            "deadline_ms and budget.deadline_ms are two names of one number and differ: give one of them", field="deadline_ms"
        )
    return found
