"""A part of a Unigram vocabulary that still cuts texts as the whole one does.

The best path through all pieces is the best one through fewer, as long as its
own pieces are among them. So a text whose pieces are all kept is cut as before,
whatever else goes. See RATIONALE: why-the-vocabulary-is-cut.
"""

import base64
import io
import unicodedata
from collections.abc import Iterable

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

# <s>, <pad>, </s> and <unk>, which keep their ids.
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
UNKNOWN = 3
SPACE = "▁"
# Letters whose pieces are all kept, and those of which single letters are.
WHOLE, LETTERS = {"HEBREW"}, {"LATIN", "GREEK"}
# The first character of scripts that have punctuation of their own: none of it is kept.
LAST_COMMON = 0x2E80
MARKS = range(0x591, 0x5C8)


def scripts(piece: str) -> set[str]:
    """The scripts of a piece's letters; "other" where a character stands in none that is kept."""
    found = set()
    for c in piece.removeprefix(SPACE):
        if unicodedata.category(c)[0] == "L":
            found.add(unicodedata.name(c, "other").split()[0])
        elif ord(c) in MARKS:
            found.add("HEBREW")
        elif unicodedata.category(c)[0] == "M" or LAST_COMMON <= ord(c) < 0x1F000:
            found.add("other")
    return found


def chosen(pieces: list[str], scores: np.ndarray, used: Iterable[int], count: int) -> list[int]:
    """The pieces to keep, in their order: `count` at most, and the pieces `used` of scripts that are kept.

    All Hebrew ones, single letters of Latin and Greek, numbers, punctuation and
    signs; then what the texts use; then Latin ones, the most frequent first.
    """
    kept, kinds = set(range(len(SPECIAL))), [scripts(p) for p in pieces]
    some = range(len(SPECIAL), len(pieces) - 1)  # the last is <mask>
    kept |= {i for i in some if kinds[i] <= WHOLE or (kinds[i] <= LETTERS and len(pieces[i].strip(SPACE)) < 2)}
    kept |= {i for i in used if kinds[i] <= WHOLE | LETTERS}
    latin = sorted((i for i in some if kinds[i] == {"LATIN"} and i not in kept), key=lambda i: (-scores[i], i))
    return sorted(kept | set(latin[: max(0, count - len(kept))]))


def tokenizer(pieces: list[str], scores: Iterable[float], characters: str) -> Tokenizer:
    """Hugging Face's tokenizer of such pieces; `characters` is SentencePiece's map, in base64, empty for none."""
    vocabulary = [(p, round(float(s), 6)) for p, s in zip(pieces, scores, strict=True)]
    made = Tokenizer(models.Unigram(vocabulary, UNKNOWN, False))
    mapped = [normalizers.Precompiled(base64.b64decode(characters))] if characters else []
    made.normalizer = normalizers.Sequence([*mapped, normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(SPACE, "always")]
    )
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    made.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIAL])
    return made


def characters() -> str:
    """SentencePiece's map of characters "nmt_nfkc", in base64: every model that is trained with it carries it."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as proto

    out, told = io.BytesIO(), proto.ModelProto()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(f"some words to learn from {i}" for i in range(200)),
        model_writer=out,
        vocab_size=30,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    told.ParseFromString(out.getvalue())
    return base64.b64encode(told.normalizer_spec.precompiled_charsmap).decode("ascii")
