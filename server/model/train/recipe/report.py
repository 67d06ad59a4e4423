"""Step 8: what was trained, how the loss went, and what `splitrank eval` measured, on one page."""

import hashlib
import json
from pathlib import Path


def report(run: Path, model: Path, measured: list[Path], out: Path) -> None:
    """Writes a Markdown page. `measured` are files of `splitrank eval --json`."""
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    parts = [
        "# Training report",
        "",
        f"Start: {plan['start']}",
        "",
        *settings(plan),
        "",
        *losses(run),
        "",
        *digests(model),
    ]
    for path in measured:
        parts += ["", *table(json.loads(path.read_text(encoding="utf-8")))]
    out.write_text("\n".join(parts) + "\n", encoding="utf-8")
    print(out)


def settings(plan: dict) -> list[str]:
    """A line for each setting."""
    return [f"- {name}: {value}" for part in ("plan", "weights") for name, value in plan[part].items()]


def losses(run: Path, points: int = 10) -> list[str]:
    """The mean loss of each tenth of the run."""
    values = [json.loads(line)["loss"] for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    size = max(1, len(values) // points)
    means = [sum(values[at : at + size]) / size for at in range(0, size * min(points, len(values)), size)]
    return ["Loss, by tenths of the run: " + ", ".join(f"{m:.3f}" for m in means)]


def digests(model: Path) -> list[str]:
    """SHA-256 of every file."""
    files = sorted(p for p in model.rglob("*") if p.is_file() and p.suffix != ".md")
    return [f"- `{hashlib.sha256(p.read_bytes()).hexdigest()}` {p.relative_to(model)}" for p in files]


def table(measured: dict) -> list[str]:
    """nDCG@10 of each pipeline on each collection."""
    collections = measured.get("collections", [measured])
    names = [p["name"] for p in collections[0]["pipelines"]]
    rows = ["| collection | queries | " + " | ".join(names) + " |", "|---|---|" + "---|" * len(names)]
    for c in collections:
        figures = [f"{p['metrics']['ndcg@10']:.4f}" for p in c["pipelines"]]
        rows.append(f"| {c['dataset']} {c.get('run', '')} | {c['queries']} | " + " | ".join(figures) + " |")
    return rows
