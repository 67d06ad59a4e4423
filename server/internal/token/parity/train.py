"""Trains small tokenizers: SentencePiece Unigram models with their genuine
character map, and files that use the components the large ones do not."""

import base64
import json
import os

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]


def unigram(folder, texts, size=8000, rule="nmt_nfkc", byte_fallback=False, older=False):
    """Trains SentencePiece and writes the tokenizer.json that XLM-R's
    conversion gives, today's or the older one that most files come from:
    pieces moved up by one for <pad>, <mask> at the end."""
    prefix = os.path.join(folder, f"spm-{size}-{rule}-{older}")
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text[:2000] for text in texts), model_prefix=prefix, vocab_size=size, model_type="unigram",
        normalization_rule_name=rule, character_coverage=0.9995, byte_fallback=byte_fallback, num_threads=2, minloglevel=2,
        input_sentence_size=20000, hard_vocab_limit=False)
    proto = model_pb2.ModelProto()
    with open(prefix + ".model", "rb") as f:
        proto.ParseFromString(f.read())
    path, data = prefix + ".json", convert(proto, byte_fallback)
    if older:
        data["normalizer"]["normalizers"][1:] = [{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]
        data["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "str_rep": "▁", "add_prefix_space": True}]}
    with open(path, "w", encoding="utf-8") as f:
        json.dump(data, f, ensure_ascii=False)
    return path


def convert(proto, byte_fallback):
    vocab = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0]]
    vocab += [[p.piece, p.score] for p in proto.pieces[3:]] + [["<mask>", 0.0]]
    charsmap = base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()
    added = [{"id": i, "content": text, "single_word": False, "lstrip": text == "<mask>", "rstrip": False, "normalized": False, "special": True} for i, (text, _) in enumerate(vocab) if text in [*SPECIALS, "<mask>"]]
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Precompiled", "precompiled_charsmap": charsmap},
            {"type": "Strip", "strip_left": False, "strip_right": True},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}]},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": template("<s>", "</s>", 0, 2, twice=True),
        "decoder": None,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocab, "byte_fallback": byte_fallback},
    }


def template(first, last, first_id, last_id, twice=False):
    special = lambda name, kind: {"SpecialToken": {"id": name, "type_id": kind}}
    text = lambda name, kind: {"Sequence": {"id": name, "type_id": kind}}
    kind = 0 if twice else 1
    pair = [special(first, 0), text("A", 0), special(last, 0)] + ([special(last, 0)] if twice else []) + [text("B", kind), special(last, kind)]
    return {"type": "TemplateProcessing", "single": pair[:3], "pair": pair, "special_tokens": {n: {"id": n, "ids": [i], "tokens": [n]} for n, i in [(first, first_id), (last, last_id)]}}


def wordpiece(texts, size, normalizer, pre_tokenizer):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=size, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def byte_level(texts, size, prefix_space=False):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=prefix_space)
    return tokenizer


def characters(texts, size, normalizer, pre_tokenizer, **options):
    """BPE over characters."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", **options))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre_tokenizer
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], limit_alphabet=200, show_progress=False, **{k: v for k, v in options.items() if k != "fuse_unk"}))
    return tokenizer


def variants(folder, texts, size=3000):
    """Every component once more, in other combinations."""
    n, p = normalizers, pre_tokenizers
    texts = [text[:200] for text in texts]  # without cuts, a text is one word
    made = {
        "WordPiece, cased, accents kept": wordpiece(texts, size, n.BertNormalizer(lowercase=False), p.BertPreTokenizer()),
        "WordPiece, accents without lower case": wordpiece(texts, size, n.BertNormalizer(lowercase=False, strip_accents=True, clean_text=False), p.BertPreTokenizer()),
        "WordPiece, NFD StripAccents Lowercase, Whitespace": wordpiece(texts, size, n.Sequence([n.NFD(), n.StripAccents(), n.Lowercase()]), p.Whitespace()),
        "WordPiece, NFKC Strip, Punctuation Digits": wordpiece(texts, size, n.Sequence([n.NFKC(), n.Strip(), n.Replace("-", " "), n.Replace(Regex(r"\s+"), " ")]), p.Sequence([p.WhitespaceSplit(), p.Punctuation(), p.Digits(individual_digits=True)])),
        "WordPiece, NFKD, Punctuation contiguous, Digits together": wordpiece(texts, size, n.NFKD(), p.Sequence([p.WhitespaceSplit(), p.Punctuation(behavior="contiguous"), p.Digits()])),
        "WordPiece, NFC, Split merged": wordpiece(texts, size, n.NFC(), p.Sequence([p.Split(" ", "removed"), p.Split("e", "merged_with_previous"), p.Split(Regex(r"\p{N}"), "merged_with_next"), p.Split(Regex(r"\p{L}+"), "isolated", invert=True)])),
        "BPE byte level, prefix space": byte_level(texts, size, True),
        "BPE characters, Metaspace, Prepend": characters(texts, size, n.Sequence([n.NFKC(), n.Prepend("▁")]), p.Metaspace(prepend_scheme="never")),
        "BPE characters, Metaspace first, no split, fused unknown": characters(texts, size, n.NFC(), p.Metaspace(prepend_scheme="first", split=False), fuse_unk=True),
        "BPE characters, suffix": characters(texts, size, n.Lowercase(), p.BertPreTokenizer(), end_of_word_suffix="</w>"),
        "BPE characters, prefix": characters(texts, size, None, p.Whitespace(), continuing_subword_prefix="##"),
        "BPE, ignore_merges": ignore_merges(byte_level(texts, size)),
        "WordPiece, added tokens": added(wordpiece(texts, size, n.BertNormalizer(), p.BertPreTokenizer())),
        "BPE byte level, added tokens": added(byte_level(texts, size)),
    }
    for i, (name, tokenizer) in enumerate(made.items()):
        path = os.path.join(folder, f"variant-{i}.json")
        tokenizer.save(path)
        yield name, path


def ignore_merges(tokenizer):
    data = json.loads(tokenizer.to_str())
    data["model"]["ignore_merges"] = True
    data["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithNext", "invert": False}, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}
    data["post_processor"] = {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True}, data["post_processor"]]}
    return Tokenizer.from_str(json.dumps(data))


def added(tokenizer):
    tokenizer.add_tokens([
        AddedToken("ab", normalized=False), AddedToken("abc", normalized=False, single_word=True), AddedToken("Ég", normalized=True),
        AddedToken("é", normalized=True, lstrip=True), AddedToken("<0x0A>", normalized=False, lstrip=True, rstrip=True),
        AddedToken("mask", normalized=False), AddedToken("א", normalized=True, single_word=True), AddedToken("😀", normalized=False, rstrip=True)])
    return tokenizer
