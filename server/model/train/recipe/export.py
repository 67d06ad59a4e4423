"""Step 5: a Hugging Face folder with onnx/model.onnx in fp32, the reference of every smaller form."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

from .graph import prune
from .late import Late

SAMPLE = [
    ("how long does dough rest", "The dough rests for an hour."),
    ("capital of france", "Lyon lies on the Rhône, and Paris, the capital of France, on the Seine."),
]
# What transformers writes of how it loaded or cut, which is nobody else's.
LOADING = (
    "backend",
    "is_local",
    "local_files_only",
    "max_length",
    "pad_to_multiple_of",
    "stride",
    "truncation_strategy",
)
# What comes out of a late-interaction model, and how long its outputs are.
ENCODED = {"token_vectors": ("batch", "sequence"), "mean": ("batch",), "weights": ("batch", "sequence")}
# The largest difference of an output between PyTorch and the exported graph.
TOLERANCE = 1e-4


def export(folder: Path, out: Path) -> None:
    """Exports the model of a folder and checks the graph against PyTorch."""
    model, tokenizer = load(folder)
    late = isinstance(model, Late)
    inputs = encode(tokenizer, late)
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    graph = out / "onnx" / "model.onnx"
    outputs = ENCODED if late else {"logits": ("batch",)}
    axes = {name: dict(enumerate(("batch", "sequence"))) for name in inputs}
    torch.onnx.export(
        model,
        tuple(inputs.values()),
        graph,
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=axes | {name: dict(enumerate(known)) for name, known in outputs.items()},
        opset_version=17,
        custom_opsets={"com.microsoft": 1},
        dynamo=False,
    )
    place_masks(graph)
    check(model, inputs, graph)
    save(model, tokenizer, out)


def load(folder: Path):
    """Returns model and tokenizer of a folder, of either kind, after a look at whether they fit."""
    config = AutoConfig.from_pretrained(folder)
    if hasattr(config, "late"):
        model = Late.load(folder)
    else:
        # See RATIONALE: why-attention-is-exported-plainly.
        model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="eager")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if len(tokenizer) != config.vocab_size:
        raise SystemExit(f"{folder}: the tokenizer has {len(tokenizer)} tokens and the model {config.vocab_size}")
    return model.eval(), tokenizer


def place_masks(path: Path) -> None:
    """Gives each fused attention the mask of keys, its fifth input, in place of the bias that was made of it."""
    model = onnx.load(path)
    fused = [n for n in model.graph.node if n.op_type == "MultiHeadAttention"]
    for node in fused:
        node.input[:] = [*node.input[:3], "", "key_mask"]
    if fused:
        cast = helper.make_node("Cast", ["attention_mask"], ["key_mask"], "key_mask", to=onnx.TensorProto.INT32)
        model.graph.node.insert(0, cast)
    prune(model)
    onnx.save(model, path)


def encode(tokenizer, late: bool) -> dict[str, torch.Tensor]:
    """Returns the sample as the inputs that the model takes, in its order: texts alone, or pairs."""
    queries, passages = ([pair[i] for pair in SAMPLE] for i in (0, 1))
    if late:
        e = tokenizer(queries + passages, padding=True, return_tensors="pt")
        return {name: e[name] for name in ("input_ids", "attention_mask")}
    e = tokenizer(queries, passages, padding=True, return_tensors="pt")
    return {name: e[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in e}


def check(model, inputs: dict[str, torch.Tensor], graph: Path) -> None:
    """Stops where the graph does not say what the model says, padding aside."""
    with torch.inference_mode():
        said = model(**inputs)
    wanted = said if isinstance(said, tuple) else (said.logits,)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    found = session.run(None, {k: v.numpy() for k, v in inputs.items()})
    some = inputs["attention_mask"].numpy().astype(bool)
    pairs = [(w.numpy(), f) for w, f in zip(wanted, found, strict=True)]
    worst = max(float(np.abs(w[some] - f[some] if w.shape[:2] == some.shape else w - f).max()) for w, f in pairs)
    if worst > TOLERANCE:
        raise SystemExit(f"{graph}: outputs are off by {worst}")
    print(f"{graph}: outputs within {worst:.1e} of PyTorch's")


def save(model, tokenizer, out: Path) -> None:
    """Writes configuration and tokenizer; how far to cut and pad is the reader's business."""
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.model_max_length = model.config.max_position_embeddings
    tokenizer.save_pretrained(out)
    path = out / "tokenizer_config.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({k: v for k, v in said.items() if k not in LOADING}, indent=2) + "\n", encoding="utf-8")
    model.config.save_pretrained(out)
