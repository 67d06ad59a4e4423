"""Answers and errors as they come from the server, checked before a caller sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from time import time

from ._answer import Answer, Blend, Explanation, Grade, LLMUsage, Match, Part, Result, Stage, Term, Timings, Usage
from ._documents import D
from ._errors import BadAnswerError, SplitrankError, error_class
from ._json import Fields, bad, parsed
from ._request import Request


def answer_of(body: bytes, request: Request[D], stage: Stage = "final") -> Answer[D]:
    """The answer to a request, or a bad answer, as that of another API with the same path."""
    return _answer(Fields(parsed(body)), request, stage)


def answers_of(body: bytes, requests: Sequence[Request[D]]) -> list[Answer[D] | SplitrankError]:
    """The answers to a batch, each an answer or its own error."""
    responses = Fields(parsed(body)).children("responses")
    if len(responses) != len(requests):
        bad(f"{len(responses)} answers to {len(requests)} requests")
    return [_error(r, None, None) if "error" in r else _answer(r, q, "final") for r, q in zip(responses, requests, strict=True)]


def _answer(fields: Fields, request: Request[D], stage: Stage) -> Answer[D]:
    results = tuple(_result(r, request) for r in fields.children("results"))
    check_results(results, request.wanted, request.diverse)
    return Answer(
        results=results,
        model=fields.text("model"),
        scorer=fields.text("scorer"),
        language=fields.text("language") if "language" in fields else "und",
        stemmed="stemmed" in fields and fields.flag("stemmed"),
        degraded=fields.flag("degraded"),
        reason=fields.text("reason") if "reason" in fields else None,
        usage=_usage(fields.child("usage")),
        timings_ms=_timings(fields.child("timings_ms")),
        calibration=fields.text("calibration") if "calibration" in fields else None,
        stage=stage,
        query_id=fields.text("query_id") if "query_id" in fields else None,
    )


def _result(fields: Fields, request: Request[D]) -> Result[D]:
    index = fields.integer("index")
    if not 0 <= index < len(request.documents):
        bad(f"a result is for document {index} of {len(request.documents)}")
    return Result(
        index=index,
        rank=fields.integer("rank"),
        document=request.documents[index],
        relevance_score=fields.number("relevance_score"),
        scored_by=fields.text("scored_by"),
        heuristic_score=fields.number("heuristic_score"),
        logit=fields.number("logit") if "logit" in fields else None,
        truncated="truncated" in fields and fields.flag("truncated"),
        explanation=_explanation(fields.child("explanation")) if "explanation" in fields else None,
        matches=tuple(map(_match, fields.items("matches"))) if "matches" in fields else None,
        echo=fields.raw("document"),
        suspicious="suspicious" in fields and fields.flag("suspicious"),
    )


def _explanation(fields: Fields) -> Explanation:
    parts = (
        Part(p.text("signal"), p.number("raw"), p.number("weight"), p.number("contribution")) for p in fields.children("parts")
    )
    return Explanation(
        tuple(parts),
        fields.text("reason") if "reason" in fields else None,
        _grade(fields.child("llm")) if "llm" in fields else None,
        _blend(fields.child("blend")) if "blend" in fields else None,
    )


def _blend(fields: Fields) -> Blend:
    terms = (
        Term(t.text("term"), t.number("raw"), t.number("weight"), t.number("contribution")) for t in fields.children("terms")
    )
    return Blend(tuple(terms), fields.number("sum"))


def _grade(fields: Fields) -> Grade:
    return Grade(fields.number("grade"), fields.text("why") if "why" in fields else None)


def _match(value: object) -> Match:
    match value:
        case [int(start), int(end)]:
            return Match(start, end)
        case _:
            bad("a match is not a pair of whole numbers")


def _usage(fields: Fields) -> Usage:
    usage = Usage(
        documents=fields.integer("documents"),
        scored=fields.integer("scored"),
        cached=fields.integer("cached"),
        trimmed=fields.integer("trimmed"),
        tokens=fields.integer("tokens"),
    )
    if "llm" in fields:
        usage = replace(usage, llm=_llm_usage(fields.child("llm")))
    if "read" not in fields:  # an older server, whose scored are those that it read
        return replace(usage, scored=usage.scored + usage.cached, read=usage.scored)
    return replace(usage, known=fields.integer("known"), read=fields.integer("read"))


def _llm_usage(fields: Fields) -> LLMUsage:
    usage = LLMUsage(
        model=fields.text("model"),
        calls=fields.integer("calls"),
        input=fields.integer("input"),
        cached=fields.integer("cached"),
        output=fields.integer("output"),
    )
    if "cost_usd" in fields:
        usage = replace(usage, cost_usd=fields.number("cost_usd"))
    if "prices_of" in fields:
        usage = replace(usage, prices_of=fields.text("prices_of"))
    return usage


def _timings(fields: Fields) -> Timings:
    parts = [fields.number(key) if key in fields else 0.0 for key in ("query", "documents", "comparing")]
    return Timings(*(fields.number(key) for key in ("total", "heuristic", "queue", "inference")), *parts)


_HAVE_LOGIT = {"heuristic": False, "late-interaction": True, "cross-encoder": True}  # of another scorer nobody knows


def check_results(results: Iterable[Result[D]], wanted: int, diverse: bool) -> None:
    """Raises what is wrong with results, as `checkResults` of the npm package does.

    Each document is there once and in its rank, its relevance score is from 0 to 1, and the heuristics' scores
    have no logit while a model's have one. Relevance scores never rise, unless diversity decides the order.
    """
    results = tuple(results)
    if len(results) != wanted:
        bad(f"{len(results)} results, want {wanted}")
    seen: set[int] = set()
    before = 1.0
    for i, r in enumerate(results):
        if r.index in seen:
            bad(f"results[{i}] is for document {r.index} again")
        if r.rank != i + 1:
            bad(f"results[{i}] has rank {r.rank}")
        if not 0 <= r.relevance_score <= 1:
            bad(f"results[{i}] has score {r.relevance_score:g}, outside 0 to 1")
        if not diverse and r.relevance_score > before:
            bad(f"results[{i}] has score {r.relevance_score:g}, above {before:g} before it")
        has_logit = r.logit is not None
        if _HAVE_LOGIT.get(r.scored_by, has_logit) != has_logit:
            bad(f'results[{i}] is scored by "{r.scored_by}", which does not go with its logit')
        seen.add(r.index)
        before = r.relevance_score


def error_of(body: bytes, status: int | None, retry_after: float | None) -> SplitrankError:
    """The error in a body. What is not one of this API's comes from something on the way."""
    try:
        return _error(Fields(parsed(body)), status, retry_after)
    except BadAnswerError as cause:
        error = BadAnswerError(
            f"{'an event' if status is None else f'status {status}'} with an error that is not splitrank's",
            status=status,
            retry_after=retry_after,
        )
        error.__cause__ = cause
        return error


def _error(fields: Fields, status: int | None, retry_after: float | None) -> SplitrankError:
    error = fields.child("error")
    code = error.text("code")
    field = error.text("field") if "field" in error else ""
    make = error_class(code, status)
    return make(error.text("message"), code=code, field=field, status=status, retry_after=retry_after)


def retry_after_of(value: str | None) -> float | None:
    """Retry-After in seconds; it may be a date (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:10])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, TypeError, OverflowError):
        return None
