"""The architecture of splitrank-mini: a late-interaction model, whose graph reads each text alone.

Query and passage are read apart: a token attends to its own text only, as the
bi-encoder that training starts from reads them. They meet at the end, twice: as
the cosine of both means, which is that bi-encoder's own score, and token by
token, where each token of the query finds the nearest one of the passage
(MaxSim, Khattab and Zaharia 2020):

    logit = scale · cosine + tokens · Σ wᵢ maxⱼ cos(qᵢ, pⱼ) + shift,  Σ wᵢ = 1

The weights wᵢ are a softmax over the query's tokens and equal at first. Both
texts of a pair need each other only in the last product, so a step of training
compares all its queries with all its passages for the price of reading each
once. What is exported is the encoder; the reader of the graph compares. Token
vectors may be projected to fewer dimensions, before training or after it
(project.py). See RATIONALE: why-late-interaction.
"""

from pathlib import Path
from typing import NamedTuple

import torch
from safetensors.torch import load_file
from tokenizers.processors import TemplateProcessing
from torch import nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel, AutoTokenizer

# What cosine and matches weigh at first, and where the sigmoid is a half: between
# the scores of answers and of hard negatives.
COSINE, MATCH, SHIFT = 10.0, 30.0, -22.0
# The parts that only some models have.
HEAD = {"projection", "token_centre", "mean_centre"}
# Far below every product of attention, in any precision.
NEVER = -10000.0


def tokenizer(folder: str):
    """The encoder's tokenizer, which writes a pair as two texts that each begin with [CLS] and end with [SEP]."""
    t = AutoTokenizer.from_pretrained(folder)
    cls, sep = t.cls_token, t.sep_token
    special = [(cls, t.cls_token_id), (sep, t.sep_token_id)]
    pair = f"{cls} $A {sep} {cls}:1 $B:1 {sep}:1"
    t.backend_tokenizer.post_processor = TemplateProcessing(single=f"{cls} $A {sep}", pair=pair, special_tokens=special)
    return t


class Fused(torch.autograd.Function):
    """Attention as the one operator that ONNX Runtime has for it; only for export, and only with a bias by key."""

    @staticmethod
    def forward(ctx, query, key, value, bias, heads):
        """Returns (batch, sequence, width), as attend does."""
        return attend(query, key, value, bias, heads)

    @staticmethod
    def symbolic(g, query, key, value, bias, heads):
        """Names the operator. The exporter knows no empty inputs: export.py puts a mask in place of the bias."""
        made = g.op("com.microsoft::MultiHeadAttention", query, key, value, bias, num_heads_i=heads)
        return made.setType(query.type())


def attend(query, key, value, bias, heads: int) -> torch.Tensor:
    """Scaled dot-product attention (Vaswani et al. 2017); bias of shape (batch, 1, 1 or sequence, sequence)."""
    split = [x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value)]
    scores = split[0] @ split[1].transpose(-1, -2) / split[0].shape[-1] ** 0.5 + bias.to(query.dtype)
    return (torch.softmax(scores, -1) @ split[2]).transpose(1, 2).flatten(2)


class Layer(nn.Module):
    """A layer of BERT, with the parts of transformers' and an attention that takes any bias."""

    def __init__(self, layer, heads: int):
        super().__init__()
        own = layer.attention.self
        self.query, self.key, self.value = own.query, own.key, own.value
        self.attended, self.attended_norm = layer.attention.output.dense, layer.attention.output.LayerNorm
        self.wide, self.narrow, self.norm = layer.intermediate.dense, layer.output.dense, layer.output.LayerNorm
        self.heads = heads

    def forward(self, x, bias):
        """Shapes (batch, sequence, width) and that of attend's bias."""
        attention = Fused.apply if torch.onnx.is_in_onnx_export() else attend
        mixed = attention(self.query(x), self.key(x), self.value(x), bias, self.heads)
        x = self.attended_norm(self.attended(mixed) + x)
        return self.norm(self.narrow(functional.gelu(self.wide(x))) + x)


class Texts(NamedTuple):
    """Some texts as they are read: token vectors of unit length (texts, tokens, width), means, masks, and weights."""

    tokens: torch.Tensor
    mean: torch.Tensor
    mask: torch.Tensor
    weights: torch.Tensor


class Late(nn.Module):
    """The model. It reads texts as BERT does, each alone."""

    def __init__(self, bert):
        """Takes an encoder, whose parts it goes on using."""
        super().__init__()
        self.config, heads = bert.config, bert.config.num_attention_heads
        self.config.update({"architectures": ["SplitrankLate"], "late": True, "num_labels": 1})
        self.embeddings = bert.embeddings
        self.layers = nn.ModuleList([Layer(layer, heads) for layer in bert.encoder.layer])
        self.weigh = nn.Parameter(torch.zeros(bert.config.hidden_size))
        self.scale, self.match = nn.Parameter(torch.tensor(COSINE)), nn.Parameter(torch.tensor(MATCH))
        self.shift = nn.Parameter(torch.tensor(SHIFT))
        # Token vectors are moved, then projected (width, dimensions); means are moved.
        for name in HEAD:
            self.register_parameter(name, None)
        self.frozen = 0

    @classmethod
    def start(cls, folder: str) -> "Late":
        """Makes an untrained model of an encoder, or goes on from a trained one."""
        if hasattr(AutoConfig.from_pretrained(folder), "late"):
            return cls.load(Path(folder))
        return cls(AutoModel.from_pretrained(folder))

    @classmethod
    def load(cls, folder: Path) -> "Late":
        """Reads a trained model."""
        model = cls(AutoModel.from_config(AutoConfig.from_pretrained(folder)))
        state = load_file(folder / "model.safetensors")
        for name in HEAD & state.keys():
            setattr(model, name, nn.Parameter(state[name]))
        model.load_state_dict(state)
        return model

    def freeze(self, layers: int) -> None:
        """Keeps word and position vectors, and the lowest layers, as they are."""
        self.frozen = layers
        for part in (self.embeddings, *self.layers[:layers]):
            part.requires_grad_(False)

    def forward(self, input_ids, attention_mask):
        """What is exported of texts: token vectors, means and weights, as in Texts."""
        read = self.encode(input_ids, attention_mask)
        return read.tokens, read.mean, read.weights

    def project(self, tokens) -> torch.Tensor:
        """Token vectors in as many dimensions as are kept, of unit length again."""
        return tokens if self.projection is None else unit(tokens @ self.projection)

    def encode(self, input_ids, attention_mask) -> Texts:
        """Reads texts that are not paired yet."""
        return self.above(self.lower(input_ids, attention_mask), attention_mask)

    def above(self, x, mask) -> Texts:
        """Reads texts of which `lower` has read the rest."""
        place = torch.arange(mask.shape[1], device=mask.device).expand_as(mask)
        said = (place > 0) * (place < mask.sum(1, keepdim=True) - 1)
        return self.texts(self.higher(x, mask), mask, said)

    def lower(self, ids, mask):
        """The vectors of texts' tokens after the frozen layers, (texts, tokens, width)."""
        place = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
        e = self.embeddings
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.frozen):
            words = e.word_embeddings(ids) + e.position_embeddings(place) + e.token_type_embeddings.weight[0]
            x = e.LayerNorm(words)
            for layer in self.layers[: self.frozen]:
                x = layer(x, forbidden(mask))
        return x

    def higher(self, x, mask):
        """The vectors after the last layer, of those that `lower` gives."""
        for layer in self.layers[self.frozen :]:
            x = layer(x, forbidden(mask))
        return x

    def texts(self, x, mask, said) -> Texts:
        """What is kept of texts; `said` is 1 at tokens that are neither [CLS] nor [SEP]."""
        some = mask.unsqueeze(-1).to(x.dtype)
        weights = torch.softmax((x * self.weigh).sum(-1) + (1 - said.to(x.dtype)) * NEVER, 1)
        mean = moved(unit((x * some).sum(1)), self.mean_centre)
        return Texts(self.project(moved(unit(x), self.token_centre)), mean, mask, weights * said)

    def pairs(self, query: Texts, passage: Texts) -> torch.Tensor:
        """The logits of queries with one passage each, (batch,)."""
        near = query.tokens @ passage.tokens.transpose(1, 2) + (1 - passage.mask.unsqueeze(1).float()) * NEVER
        best = near.amax(-1).clamp(min=-1)  # of a passage without tokens too
        return self.combine((query.mean * passage.mean).sum(-1), (query.weights * best).sum(-1))

    def grid(self, query: Texts, passage: Texts) -> torch.Tensor:
        """The logits of all queries with all passages, (queries, passages)."""
        return self.combine(*compare(query, passage))

    def combine(self, cosine, match):
        """The formula above."""
        return self.scale * cosine + self.match * match + self.shift


def compare(query: Texts, passage: Texts) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and matches of all queries with all passages, each (queries, passages)."""
    row, place = query.weights.nonzero(as_tuple=True)  # padding is not multiplied
    near = query.tokens[row, place] @ passage.tokens.flatten(0, 1).T
    near = near.view(len(row), *passage.mask.shape) + (1 - passage.mask.to(near.dtype)) * NEVER
    best = near.amax(-1) * query.weights[row, place].unsqueeze(1)
    match = torch.zeros(len(query.mask), len(passage.mask), dtype=best.dtype, device=best.device)
    return query.mean @ passage.mean.T, match.index_add(0, row, best)


def forbidden(mask):
    """What is added to products of attention: nothing at tokens, NEVER at padding; (texts, 1, 1, tokens)."""
    return ((1 - mask.float().unsqueeze(1)) * NEVER).unsqueeze(1)


def moved(vectors, centre):
    """Vectors of length 1 that no longer lie to one side; as they are where there is no centre."""
    return vectors if centre is None else unit(vectors - centre)


def unit(x):
    """Vectors of length 1; one of zeros stays."""
    return x / x.norm(dim=-1, keepdim=True).clamp(min=1e-9)
