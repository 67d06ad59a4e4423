"""The retriever's order in place of an answer that cannot be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ._answer import Answer, Result, Timings, Usage
from ._config import Fallback
from ._documents import D, first_stage_order
from ._errors import AwayError, SplitrankError
from ._request import Request

SCORED_BY = "first-stage"


def may_stand_in(error: SplitrankError, request: Request[D], policy: Fallback) -> bool:
    """Whether another answer may stand in for the one that is missing."""
    return policy == "first-stage" and isinstance(error, AwayError) and not request.strict


def first_stage(request: Request[D], error: SplitrankError) -> Answer[D]:
    """The documents as the retriever ordered them. Their scores are 0: nobody scored."""
    order = first_stage_order(request.documents, request.hidden)[: request.wanted]
    results = [Result(i, rank, request.documents[i], 0.0, SCORED_BY, 0.0) for rank, i in enumerate(order, 1)]
    return Answer(
        results=tuple(results),
        model="none",
        scorer="none",
        language="und",
        stemmed=False,
        degraded=True,
        reason=error.code,
        usage=Usage(documents=len(request.documents)),
        timings_ms=Timings(),
        error=error,
    )


def last_known(request: Request[D], error: SplitrankError, known: Answer[D] | None) -> Answer[D]:
    """The last order of a stream that broke, or the retriever's."""
    if known is None:
        return first_stage(request, error)
    return replace(known, stage="final", degraded=True, reason=error.code, error=error)


def filled(
    answers: Sequence[Answer[D] | SplitrankError], requests: Sequence[Request[D]], policy: Fallback
) -> list[Answer[D] | SplitrankError]:
    """The answers of a batch, with fallbacks where they may stand in."""

    def one(answer: Answer[D] | SplitrankError, request: Request[D]) -> Answer[D] | SplitrankError:
        if isinstance(answer, SplitrankError) and may_stand_in(answer, request, policy):
            return first_stage(request, answer)
        return answer

    return [one(a, q) for a, q in zip(answers, requests, strict=True)]
