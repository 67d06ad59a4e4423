"""The architecture of splitrank-mini: a bi-encoder and a cross-encoder that share their lower layers.

Query and passage are read apart at first, as the bi-encoder reads them: a token
attends to its own text only (Dai et al. 2020 and MacAvaney et al. 2020 delay
the meeting of both for speed; here it is for what the bi-encoder knows). Above
the shared layers one branch goes on apart and ends in the bi-encoder's cosine,
unchanged; the other reads both texts together and ends in what has to be added:

    logit = scale · cosine + shift + residual

So an untrained model ranks as its bi-encoder does, and training can only teach
what reading both together adds to it.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers.processors import TemplateProcessing
from torch import nn
from transformers import AutoConfig, AutoModel, AutoTokenizer

# Where the sigmoid is a half at first: between the cosines of answers and of
# hard negatives.
SHIFT = -12.0


def tokenizer(folder: str):
    """The encoder's tokenizer, which writes a pair as two texts that each begin with [CLS] and end with [SEP]."""
    t = AutoTokenizer.from_pretrained(folder)
    special = [("[CLS]", t.cls_token_id), ("[SEP]", t.sep_token_id)]
    pair = "[CLS] $A [SEP] [CLS]:1 $B:1 [SEP]:1"
    t.backend_tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", pair=pair, special_tokens=special)
    return t


class Fused(torch.autograd.Function):
    """Attention as the one operator that ONNX Runtime has for it; only for export."""

    @staticmethod
    def forward(ctx, query, key, value, bias, heads):
        """Returns (batch, sequence, width), as attend does."""
        return attend(query, key, value, bias, heads)

    @staticmethod
    def symbolic(g, query, key, value, bias, heads):
        """Names the operator. The exporter knows no empty inputs: export.py moves the bias to its place."""
        made = g.op("com.microsoft::MultiHeadAttention", query, key, value, bias, num_heads_i=heads)
        return made.setType(query.type())


def attend(query, key, value, bias, heads: int) -> torch.Tensor:
    """Scaled dot-product attention (Vaswani et al. 2017); bias of shape (batch, 1, sequence, sequence)."""
    split = [x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (query, key, value)]
    scores = split[0] @ split[1].transpose(-1, -2) / split[0].shape[-1] ** 0.5 + bias
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
        """Shapes (batch, sequence, width) and (batch, 1, sequence, sequence)."""
        attention = Fused.apply if torch.onnx.is_in_onnx_export() else attend
        mixed = attention(self.query(x), self.key(x), self.value(x), bias, self.heads)
        x = self.attended_norm(self.attended(mixed) + x)
        return self.norm(self.narrow(nn.functional.gelu(self.wide(x))) + x)


class Hybrid(nn.Module):
    """The model. Inputs as BERT's, from pairs that `tokenizer` wrote; output (batch, 1)."""

    def __init__(self, bert, again, shared: int):
        """Takes two copies of an encoder: the branch that reads together begins as the other one."""
        super().__init__()
        self.config, width = bert.config, bert.config.hidden_size
        self.config.update({"architectures": ["SplitrankHybrid"], "shared_layers": shared, "num_labels": 1})
        self.embeddings = bert.embeddings
        layers = [Layer(layer, bert.config.num_attention_heads) for layer in bert.encoder.layer]
        self.shared, self.apart = nn.ModuleList(layers[:shared]), nn.ModuleList(layers[shared:])
        together = [Layer(layer, bert.config.num_attention_heads) for layer in again.encoder.layer[shared:]]
        self.requires_grad_(False)
        self.together = nn.ModuleList(together)
        self.segment = nn.Parameter(torch.zeros(2, width))
        self.head = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, 1))
        nn.init.zeros_(self.head[2].weight)
        nn.init.zeros_(self.head[2].bias)
        self.scale, self.shift = nn.Parameter(torch.tensor(20.0)), nn.Parameter(torch.tensor(SHIFT))

    @classmethod
    def start(cls, folder: str, shared: int) -> "Hybrid":
        """Makes an untrained model of an encoder, or goes on from a trained one."""
        if getattr(AutoConfig.from_pretrained(folder), "shared_layers", 0):
            return cls.load(Path(folder))
        return cls(AutoModel.from_pretrained(folder), AutoModel.from_pretrained(folder), shared)

    @classmethod
    def load(cls, folder: Path) -> "Hybrid":
        """Reads a trained model."""
        config = AutoConfig.from_pretrained(folder)
        model = cls(AutoModel.from_config(config), AutoModel.from_config(config), config.shared_layers)
        model.load_state_dict(load_file(folder / "model.safetensors"))
        return model

    def forward(self, input_ids, attention_mask, token_type_ids):
        """The logit, as it is exported."""
        low, own, both = self.low(input_ids, attention_mask, token_type_ids)
        x = low
        for layer in self.apart:
            x = layer(x, own)
        residual = self.read(low, both, attention_mask, token_type_ids)
        return self.combine(residual, self.cosine(x, attention_mask, token_type_ids)).unsqueeze(-1)

    def residual(self, input_ids, attention_mask, token_type_ids):
        """What reading together adds: all that training needs, for the cosine is known."""
        with torch.no_grad():
            low, _, both = self.low(input_ids, attention_mask, token_type_ids)
        return self.read(low, both, attention_mask, token_type_ids)

    def combine(self, residual, cosine):
        """The formula above."""
        return self.scale * cosine + self.shift + residual

    def low(self, ids, mask, types):
        """Runs the shared layers; returns their output and the biases apart and together."""
        same = (types.unsqueeze(1) == types.unsqueeze(2)).to(torch.float32)
        real = mask.unsqueeze(1).to(torch.float32)
        own, both = forbid(same * real), forbid(real.expand(-1, mask.shape[1], -1))
        x = self.embed(ids, mask, types)
        for layer in self.shared:
            x = layer(x, own)
        return x, own, both

    def embed(self, ids, mask, types):
        """Word vectors; the positions of each text begin at 0, and both are text of the first kind to the bi-encoder."""
        place = torch.cumsum(torch.ones_like(ids), 1) - 1
        place = place - types * first(mask, types).unsqueeze(1)
        e = self.embeddings
        return e.LayerNorm(e.word_embeddings(ids) + e.position_embeddings(place) + e.token_type_embeddings.weight[0])

    def read(self, x, bias, mask, types):
        """The branch that reads both texts; returns (batch,)."""
        x = x + self.segment[0] + types.unsqueeze(-1).to(x.dtype) * (self.segment[1] - self.segment[0])
        for layer in self.together:
            x = layer(x, bias)
        at = first(mask, types).clamp(max=mask.shape[1] - 1)  # a pair without a passage is answered too
        at = at.view(-1, 1, 1).expand(-1, 1, x.shape[-1])
        return self.head(torch.cat([x[:, 0], x.gather(1, at)[:, 0]], -1)).squeeze(-1)

    def cosine(self, x, mask, types):
        """The cosine of both mean vectors, in [-1, 1]."""
        second = (types * mask).unsqueeze(-1).to(x.dtype)
        query = mean(x, mask.unsqueeze(-1).to(x.dtype) - second)
        return (query * mean(x, second)).sum(-1)


def first(mask, types):
    """The number of tokens of the query: where the passage begins."""
    return (mask * (1 - types)).sum(1)


def forbid(allowed):
    """Shape (batch, 1, sequence, sequence) from (batch, sequence, sequence): 0 where attention may go, else very low."""
    return ((1 - allowed) * -10000.0).unsqueeze(1)


def mean(x, weight):
    """The mean over tokens, of unit length."""
    total = (x * weight).sum(1)
    return total / total.norm(dim=-1, keepdim=True).clamp(min=1e-9)
