"""Writes ../testdata: tiny ColBERT models with random weights, as PyLate and the
original save them, and what PyLate makes of texts: token ids, attention and vectors.

    python -m venv env && env/bin/pip install -r requirements.txt && env/bin/python golden.py

The versions are not those of the other parity checks, so the environment is another.
Tokenizers and texts are those of token's golden files.
"""

import gzip
import io
import json
import os
import pathlib
import sys
import tarfile
import tempfile

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import onnx
import torch
from pylate import models
from safetensors.torch import save_file
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, RobertaConfig, RobertaModel

HERE = pathlib.Path(__file__).resolve().parent
INTERNAL = HERE.parents[1]
TESTDATA = HERE.parent / "testdata"
for folder in ("token", "crossencoder"):
    sys.path.insert(0, str(INTERNAL / folder / "parity"))

import corpus
import heads

SAMPLE = INTERNAL.parents[1] / "shared" / "eval" / "sample"
WIDTH, DIMENSIONS, POSITIONS, QUERIES, DOCUMENTS = 32, 16, 64, 8, 10
# Ids are compared for many texts, vectors for the first ones: they take more room.
TEXTS = 60

BERT = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
ROBERTA = {"unk_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>", "cls_token": "<s>", "mask_token": "<mask>", "bos_token": "<s>", "eos_token": "</s>"}


def main():
    TESTDATA.mkdir(exist_ok=True)
    torch.manual_seed(1)
    write("inside", bert(), "inside", query_length=16, document_length=40)
    write("attends", bert(), "inside", query_length=24, document_length=64, attend_to_expansion_tokens=True, query_prefix="[Q] ", document_prefix="", skiplist_words=["the", "unheard-of", "."])
    write("apart", bert(), "apart", query_length=12, document_length=33, do_query_expansion=False)
    write("roberta", roberta(), "open", query_length=16, document_length=40)
    write("original", bert(["[unused0]", "[unused1]"]), "original")


def bert(extra=()):
    data = read("bert.tokenizer.json.gz")
    for word in extra:
        data["model"]["vocab"][word] = len(data["model"]["vocab"])
    config = BertConfig(vocab_size=len(data["model"]["vocab"]), hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=2 * WIDTH, max_position_embeddings=POSITIONS, initializer_range=0.4)
    return data, BERT, BertModel._from_config(config, attn_implementation="eager")


def roberta():
    data = read("roberta.tokenizer.json.gz")
    size = 1 + max(max(data["model"]["vocab"].values()), *(t["id"] for t in data["added_tokens"]))
    config = RobertaConfig(vocab_size=size, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=2 * WIDTH, max_position_embeddings=POSITIONS + 2, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2, initializer_range=0.4)
    return data, ROBERTA, RobertaModel._from_config(config, attn_implementation="eager")


def read(name):
    with gzip.open(INTERNAL / "token" / "testdata" / name, "rt", encoding="utf-8") as f:
        return json.load(f)


def write(name, parts, kind, **settings):
    with tempfile.TemporaryDirectory() as folder:
        base, saved = os.path.join(folder, "base"), os.path.join(folder, "saved")
        prepare(base, *parts, original=kind == "original")
        model = models.ColBERT(base, device="cpu", embedding_size=None if kind == "original" else DIMENSIONS, **settings)
        coarse(model)
        model.save(saved, create_model_card=False)
        export(model, saved, kind)
        if kind == "original":
            keep_original(base, saved, model)
        model.tokenizer.backend_tokenizer.encode_special_tokens = True
        pack(f"{name}.golden.jsonl.gz", lines(model, name))
        pack_model(f"{name}.model.tar.gz", saved)


def prepare(base, tokenizer, special, encoder, original):
    """A folder as it is before PyLate sees it."""
    encoder.config.architectures = ["HF_ColBERT"] if original else encoder.config.architectures
    encoder.save_pretrained(base)
    with open(os.path.join(base, "tokenizer.json"), "w", encoding="utf-8") as f:
        json.dump(tokenizer, f, ensure_ascii=False)
    PreTrainedTokenizerFast(tokenizer_file=os.path.join(base, "tokenizer.json"), model_max_length=POSITIONS, **special).save_pretrained(base)
    if original:
        as_original(base, encoder)


METADATA = {"query_token_id": "[unused0]", "doc_token_id": "[unused1]", "query_token": "[Q]", "doc_token": "[D]", "dim": DIMENSIONS, "query_maxlen": 16, "doc_maxlen": 40, "mask_punctuation": True, "attend_to_mask_tokens": False, "similarity": "cosine", "interaction": "colbert"}


def as_original(base, encoder):
    weights = {f"bert.{name}": value.contiguous() for name, value in encoder.state_dict().items()}
    weights["linear.weight"] = (torch.randn(DIMENSIONS, WIDTH) * 0.3).to(torch.bfloat16).float()
    save_file(weights, os.path.join(base, "model.safetensors"), metadata={"format": "pt"})
    with open(os.path.join(base, "config.json"), encoding="utf-8") as f:
        config = json.load(f)
    config["architectures"] = ["HF_ColBERT"]
    put(base, "config.json", config)
    put(base, "artifact.metadata", METADATA)


def put(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        json.dump(value, f, indent=1)


def coarse(model):
    """Weights of eight bits after the point, so that a file compresses."""
    with torch.no_grad():
        for weights in model.parameters():
            weights.copy_(weights.to(torch.bfloat16))


class Encoder(torch.nn.Module):
    """The graph's face: with or without what follows the encoder."""

    def __init__(self, model, whole):
        super().__init__()
        self.encoder, self.linear = model[0].auto_model, model[1].linear if whole else None

    def forward(self, input_ids, attention_mask):
        x = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        if self.linear is None:
            return x
        return torch.nn.functional.normalize(self.linear(x), p=2, dim=-1)


def export(model, folder, kind):
    """As PyLate's exporter does it, projection and all, or as Optimum does it, without.
    Both trace; torch's other exporter makes wrong graphs of this transformers' BERT. Older
    versions leave open how long a normalized vector is."""
    whole, path = kind in ("inside", "open"), os.path.join(folder, "model.onnx")
    ids = torch.ones((2, 7), dtype=torch.int64)
    inputs, output = ["input_ids", "attention_mask"], "output" if whole else "last_hidden_state"
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in [*inputs, output]}
    with heads.quiet():
        torch.onnx.export(Encoder(model, whole).eval(), (ids, ids), path, input_names=inputs, output_names=[output], dynamic_axes=axes, opset_version=14, dynamo=False)
    heads.strip(path)
    if kind == "open":
        graph = onnx.load(path)
        graph.graph.output[0].type.tensor_type.shape.dim[2].dim_param = "Divoutput_dim_2"
        onnx.save(graph, path)


def keep_original(base, saved, model):
    """What such a folder has: no files of PyLate's, and the projection among the weights."""
    for name in ("config_sentence_transformers.json", "modules.json", "sentence_bert_config.json"):
        os.remove(os.path.join(saved, name))
    os.remove(os.path.join(saved, "1_Dense", "config.json"))
    with open(os.path.join(base, "artifact.metadata"), encoding="utf-8") as f:
        put(saved, "artifact.metadata", json.load(f))
    # The encoder's weights are in the graph.
    save_file({"other": torch.zeros(3), "linear.weight": model[1].linear.weight.detach().to(torch.bfloat16)}, os.path.join(saved, "model.safetensors"))
    with open(os.path.join(base, "tokenizer.json"), encoding="utf-8") as f:
        put(saved, "tokenizer.json", json.load(f))


def lines(model, name):
    queries, documents = corpus.folder(str(SAMPLE))
    made = corpus.Generator(name)
    for i in range(TEXTS):
        yield answer(model, pick(queries, made, i), True, i < QUERIES)
        yield answer(model, pick(documents, made, i), False, i < DOCUMENTS)


def pick(texts, made, i):
    """A text, its first letters, one between white space, a made one, and one of punctuation."""
    text = texts[i * 13 % len(texts)]
    return [text, text[: 10 + i % 60], f"\t {text[:50]}\x1c\n", made.text(), "“The” (a.b) — [x]!? " + text[:20], ""][i % 6]


def answer(model, text, query, vectors):
    features = model.tokenize([text], is_query=query)
    ids, seen = features["input_ids"][0].tolist(), features["attention_mask"][0].tolist()
    line = {"text": text, "query": query, "ids": ids, "seen": sum(seen)}
    assert seen == sorted(seen, reverse=True)
    if vectors:
        line["vectors"] = [[round(float(x), 6) for x in token] for token in model.encode([text], is_query=query, show_progress_bar=False)[0]]
    else:
        skipped = [] if query else model.skiplist
        line["kept"] = sum(i not in skipped for i in ids)
    return line


def pack(name, list):
    """The same bytes for the same content: no name, no time."""
    content = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in list)
    zipped(name, content.encode())


def zipped(name, content):
    with open(TESTDATA / name, "wb") as f, gzip.GzipFile(filename="", mode="wb", fileobj=f, mtime=0) as z:
        z.write(content)


# What a model needs here. The weights of the encoder are in the graph.
FILES = ["artifact.metadata", "config.json", "config_sentence_transformers.json", "modules.json", "sentence_bert_config.json", "tokenizer.json", "tokenizer_config.json", "model.onnx", "1_Dense/config.json", "1_Dense/model.safetensors"]


def pack_model(name, folder):
    files = FILES + (["model.safetensors"] if os.path.exists(os.path.join(folder, "artifact.metadata")) else [])
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for file in files:
            path = os.path.join(folder, file)
            if os.path.exists(path):
                entry = tarfile.TarInfo(file)
                entry.size = os.path.getsize(path)
                with open(path, "rb") as f:
                    archive.addfile(entry, f)
    zipped(name, whole.getvalue())


if __name__ == "__main__":
    main()
