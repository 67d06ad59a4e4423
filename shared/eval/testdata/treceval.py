"""Measures rankings with pytrec_eval: JSON cases on stdin, JSON values on stdout."""
import json
import sys

import pytrec_eval

NAMES = {"ndcg@5": "ndcg_cut_5", "ndcg@10": "ndcg_cut_10", "map": "map", "p@5": "P_5",
         "recall@5": "recall_5", "recall@10": "recall_10"}


def evaluate(case, run):
    measures = {"ndcg_cut.5,10", "map", "P.5", "recall.5,10", "recip_rank"}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": case["judged"]}, measures, relevance_level=case["min_grade"])
    return evaluator.evaluate({"q": run}).get("q")


def measure(case):
    order = case["order"]
    run = {document: float(len(order) - i) for i, document in enumerate(order)}
    full = evaluate(case, run)
    values = {name: full[theirs] for name, theirs in NAMES.items()}
    # recip_rank has no cut: give it the first ten only.
    first_ten = evaluate(case, {document: run[document] for document in order[:10]})
    values["mrr@10"] = first_ten["recip_rank"]
    return values


json.dump([measure(case) for case in json.load(sys.stdin)], sys.stdout)
