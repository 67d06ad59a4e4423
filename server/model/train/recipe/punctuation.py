"""Which token vectors of a passage are not worth keeping: those of punctuation, an eighth of all."""

import unicodedata
from collections import Counter
from pathlib import Path

from .records import Passage, read
from .runtime import tokenizer

SPACE = "▁"


def frequent(work: Path, folder: Path, count: int) -> list[int]:
    """The ids of the `count` most frequent pieces of a folder's tokenizer that hold punctuation alone, or a space."""
    cut = tokenizer(folder, "longest_first")
    found = Counter(i for p in read(work / "passages.jsonl", Passage) for i in cut.encode(p.joined()).ids)
    special = {i for i, added in cut.get_added_tokens_decoder().items() if added.special}
    alone = [i for i, _ in found.most_common() if i not in special and punctuation(cut.id_to_token(i))]
    return sorted(alone[:count])


def punctuation(piece: str) -> bool:
    """Reports whether no letter, digit or sign stands in a piece."""
    return all(unicodedata.category(c)[0] == "P" for c in piece.replace(SPACE, ""))
