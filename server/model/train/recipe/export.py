"""Step 5: a Hugging Face folder with onnx/model.onnx in fp32, the reference of every smaller form."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

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
# The largest difference of a logit between PyTorch and the exported graph.
TOLERANCE = 1e-4


def export(folder: Path, out: Path) -> None:
    """Exports the model of a folder and checks the graph against PyTorch."""
    model, tokenizer = load(folder)
    inputs = encode(tokenizer)
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    graph = out / "onnx" / "model.onnx"
    axes = {name: {0: "batch", 1: "sequence"} for name in inputs}
    torch.onnx.export(
        model,
        tuple(inputs.values()),
        graph,
        input_names=list(inputs),
        output_names=["logits"],
        dynamic_axes=axes | {"logits": {0: "batch"}},
        opset_version=17,
        custom_opsets={"com.microsoft": 1},
        dynamo=False,
    )
    place_biases(graph)
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


def place_biases(path: Path) -> None:
    """Moves the fourth input of each fused attention to its place, the sixth."""
    graph = onnx.load(path)
    for node in graph.graph.node:
        if node.op_type == "MultiHeadAttention":
            node.input[:] = [*node.input[:3], "", "", node.input[3]]
    onnx.save(graph, path)


def encode(tokenizer) -> dict[str, torch.Tensor]:
    """Returns the sample as the inputs that the model takes, in its order."""
    e = tokenizer([q for q, _ in SAMPLE], [p for _, p in SAMPLE], padding=True, return_tensors="pt")
    return {name: e[name] for name in ("input_ids", "attention_mask", "token_type_ids") if name in e}


def check(model, inputs: dict[str, torch.Tensor], graph: Path) -> None:
    """Stops where the graph does not say what the model says."""
    with torch.inference_mode():
        said = model(**inputs)
    wanted = getattr(said, "logits", said).numpy()
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    got = session.run(None, {k: v.numpy() for k, v in inputs.items()})[0]
    worst = float(np.abs(wanted - got).max())
    if worst > TOLERANCE:
        raise SystemExit(f"{graph}: logits are off by {worst}")
    print(f"{graph}: logits within {worst:.1e} of PyTorch's")


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
