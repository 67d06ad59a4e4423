"""Cross-encoders with weights from a fixed seed, in Hugging Face's layout: the
real architectures of transformers, in whatever size, exported to ONNX."""

import contextlib
import io
import json
import logging
import os
import warnings

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import onnx
import torch
import transformers

FAMILIES = {
    "bert": (transformers.BertConfig, transformers.BertForSequenceClassification, {"pad_token_id": 0, "type_vocab_size": 2}),
    "distilroberta": (transformers.RobertaConfig, transformers.RobertaForSequenceClassification, {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}),
    "xlm-roberta": (transformers.XLMRobertaConfig, transformers.XLMRobertaForSequenceClassification, {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}),
}

# RoBERTa counts positions from the padding token's id on, so its table has two
# rows more than a pair has tokens.
EXTRA = {"bert": 0, "roberta": 2, "xlm-roberta": 2}


def build(family, vocabulary, length, width, layers, labels=1, seed=1, spread=0.2, coarse=False):
    """A head whose logits differ from pair to pair: transformers' own
    initial weights are so small that all pairs score about the same. coarse
    weights have eight bits after the point, so that a file compresses."""
    config, architecture, options = FAMILIES[family]
    torch.manual_seed(seed)
    model = architecture._from_config(config(
        vocab_size=vocabulary, hidden_size=width, num_hidden_layers=layers, num_attention_heads=max(width // 32, 2), intermediate_size=2 * width,
        max_position_embeddings=length + EXTRA[config.model_type], num_labels=labels, initializer_range=spread, **options), attn_implementation="eager").eval()
    if coarse:
        with torch.no_grad():
            for weights in model.parameters():
                weights.copy_(weights.to(torch.bfloat16))
    return model


class Logits(torch.nn.Module):
    """The graph's face: inputs by position, logits and nothing else."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, *inputs):
        return self.model(**dict(zip(names(self.model), inputs))).logits


def tokens(model):
    """How long a pair may be."""
    return model.config.max_position_embeddings - EXTRA[model.config.model_type]


def names(model):
    takes = ["input_ids", "attention_mask", "token_type_ids"]
    return takes if model.config.type_vocab_size > 1 else takes[:2]


def export(model, folder, tokenizer):
    """Writes config.json, tokenizer.json and model.onnx."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as f:
        json.dump(model.config.to_diff_dict() | needed(model.config), f, indent=1)
    with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as f:
        f.write(tokenizer)
    # Two examples: the exporter takes a dimension of one for a constant.
    example = tuple(torch.ones((2, 7), dtype=torch.int64) for _ in names(model))
    open_sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=tokens(model))}
    path = os.path.join(folder, "model.onnx")
    with quiet():
        torch.onnx.export(
            Logits(model), example, path, input_names=names(model), output_names=["logits"],
            dynamo=True, external_data=False, dynamic_shapes=(tuple(open_sizes for _ in example),))
    strip(path)


def strip(path):
    """Takes out what the exporter notes of the machine: stack traces with the
    paths of its files."""
    model = onnx.load(path)
    model.graph.ClearField("value_info")
    for part in [model, model.graph, *model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)


def needed(config):
    """What splitrank reads, written out where transformers leaves it out."""
    keys = ["model_type", "vocab_size", "type_vocab_size", "max_position_embeddings", "pad_token_id", "id2label", "label2id"]
    return {key: getattr(config, key) for key in keys}


@contextlib.contextmanager
def quiet():
    """The exporter talks."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
    logging.disable(level)
