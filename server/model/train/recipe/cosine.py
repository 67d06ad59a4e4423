"""The order of a bi-encoder over the candidates of a run: what a model made of it has to beat."""

from pathlib import Path

from .embed import embed
from .sources import lines


def read_run(path: Path) -> dict[str, list[str]]:
    """Reads the candidates of a TREC run, by query, in its order."""
    run: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        query, _, passage, *_ = line.split()
        run.setdefault(query, []).append(passage)
    return run


def order(data: Path, run: Path, encoder: str, limit: int, out: Path) -> None:
    """Writes a TREC run with the candidates of `run` by cosine. `limit` takes queries spread evenly; 0 all."""
    candidates = read_run(run)
    names = list(candidates)
    if limit and limit < len(names):
        names = [names[i * len(names) // limit] for i in range(limit)]
    needed = {p for q in names for p in candidates[q]}
    corpus = next(p for p in (data / "corpus.jsonl.gz", data / "corpus.jsonl") if p.exists())
    texts = {r["_id"]: f"{r.get('title', '')} {r['text']}".strip() for r in lines(corpus) if r["_id"] in needed}
    asked = {r["_id"]: r["text"] for r in lines(data / "queries.jsonl")}
    ids = list(texts)
    pv = dict(zip(ids, embed(encoder, [texts[i] for i in ids], f"{data.name} passages", 256)))
    qv = embed(encoder, [asked[q] for q in names], f"{data.name} queries", 256)
    with open(out, "w", encoding="utf-8") as f:
        for query, vector in zip(names, qv):
            best = sorted(((float(pv[p] @ vector), p) for p in candidates[query] if p in pv), reverse=True)
            f.writelines(f"{query} Q0 {p} {i} {s:.6f} cosine\n" for i, (s, p) in enumerate(best, 1))
