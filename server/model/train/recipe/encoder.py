"""Before training: an encoder that is had as an ONNX graph alone, as a Hugging Face folder.

langchain4j's Maven artifacts carry such graphs. Exporters keep the names of
biases, norms and tables. Products have names of their own (onnx::MatMul_N) and
are transposed; the bias that a product goes into tells which one it is.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

# Numbers of a word vector that share a scale where they get four bits, and the width of an attention head.
BLOCK, HEAD = 32, 32
WORDS = "embeddings.word_embeddings.weight"


def encoder(graph: Path, cut: Path, out: Path, nibbles: bool) -> None:
    """Writes a BERT encoder to `out`; `cut` is its tokenizer.json. Word vectors get 4 bits if `nibbles`."""
    state = weights(onnx.load(graph))
    if nibbles:
        state[WORDS] = four_bits(state[WORDS])
    model = BertModel(config(state), add_pooling_layer=False)
    model.load_state_dict({name: torch.from_numpy(w.copy()) for name, w in state.items() if name in model.state_dict()})
    model.save_pretrained(out)
    tokens = Tokenizer.from_file(str(cut))
    tokens.no_padding()
    tokens.no_truncation()
    names = {f"{n}_token": f"[{n.upper()}]" for n in ("cls", "sep", "pad", "unk", "mask")}
    PreTrainedTokenizerFast(tokenizer_object=tokens, model_max_length=model.config.max_position_embeddings, **names).save_pretrained(out)
    print(f"{out}: {sum(w.size for w in state.values()) / 1e6:.1f} million weights")


def weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """The weights under BERT's names; those of products (out, in)."""
    tables = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    made = {o: n for n in model.graph.node for o in n.output}
    found = {name: table for name, table in tables.items() if "::" not in name}
    for node in [n for n in model.graph.node if n.op_type == "Add"]:
        for bias, product in (node.input, reversed(node.input)):
            if bias in found and bias.endswith(".bias") and made.get(product) and made[product].op_type == "MatMul":
                found[bias.removesuffix("bias") + "weight"] = tables[made[product].input[1]].T
    return found


def config(state: dict[str, np.ndarray]) -> BertConfig:
    """The shape of the encoder."""
    words, width = state[WORDS].shape
    return BertConfig(
        vocab_size=words,
        hidden_size=width,
        num_hidden_layers=sum(name.endswith("intermediate.dense.bias") for name in state),
        num_attention_heads=width // HEAD,
        intermediate_size=len(state["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(state["embeddings.position_embeddings.weight"]),
    )


def four_bits(vectors: np.ndarray) -> np.ndarray:
    """Vectors rounded as quantize keeps them in 4 bits: Q4_0, where the largest number of a block is level -8."""
    blocks = vectors.reshape(len(vectors), -1, BLOCK)
    most = np.take_along_axis(blocks, np.abs(blocks).argmax(2)[..., None], 2)
    scale = (most / -8).astype(np.float16).astype(np.float32)
    levels = np.clip(np.rint(blocks / np.where(scale == 0, 1, scale)), -8, 7)
    return (levels * scale).astype(np.float32).reshape(vectors.shape)
