"""What the reference makes of texts and pairs, as lines for the Go test."""

import json
import random

from tokenizers import Tokenizer

BATCH = 500

# With both texts cut, the reference also makes every window of one with every
# window of the other: keep them few. In characters for each token.
WINDOWS = 12


def load(path, literal):
    """The reference that takes special tokens in a text as text.

    encode_special_tokens leaves the model's own vocabulary alone, so that
    XLM-R's still finds "</s>". With literal the special tokens get names that
    no text contains, and keep their ids.
    """
    with open(path, encoding="utf-8") as f:
        data = json.load(f)
    if literal:
        rename(data)
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.encode_special_tokens = True
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def rename(data):
    names = {t["content"]: "\U0010fffd" + t["content"] for t in data["added_tokens"] if t["special"]}
    for token in data["added_tokens"]:
        token["content"] = names.get(token["content"], token["content"])
    model = data["model"]
    if isinstance(model["vocab"], dict):
        model["vocab"] = {names.get(k, k): v for k, v in model["vocab"].items()}
    else:
        model["vocab"] = [[names.get(k, k), v] for k, v in model["vocab"]]
    if model.get("unk_token"):
        model["unk_token"] = names.get(model["unk_token"], model["unk_token"])


def texts(tokenizer, strings):
    for start in range(0, len(strings), BATCH):
        batch = strings[start : start + BATCH]
        for text, encoding in zip(batch, tokenizer.encode_batch(batch, add_special_tokens=False)):
            yield {"text": text, "ids": encoding.ids}


def pairs(tokenizer, couples, seed, pad):
    """Each batch gets its own truncation and padding."""
    rng = random.Random(seed)
    for start in range(0, len(couples), BATCH):
        batch = couples[start : start + BATCH]
        strategy = rng.choice(["only_second", "longest_first"])
        most = rng.choice([8, 9, 16, 31, 64, 128, 129, 256, 512])
        stride = rng.choice([0, 0, 1, 2] if most < 64 else [0, 5, 16])
        tokenizer.enable_padding(pad_id=pad, length=most)
        if strategy == "longest_first":
            batch = [(query[: WINDOWS * most], document[: WINDOWS * most]) for query, document in batch]
        for query, document, stride, encoding in encode(tokenizer, batch, most, strategy, stride):
            yield line(query, document, encoding, {"max": most, "strategy": strategy, "stride": stride})
    tokenizer.no_padding()
    tokenizer.no_truncation()


def encode(tokenizer, batch, most, strategy, stride):
    """None where the reference refuses a pair. It panics where a text is cut
    to no more than the stride; those pairs go without one."""
    tokenizer.enable_truncation(most, stride=stride, strategy=strategy)
    try:
        return [(*couple, stride, encoding) for couple, encoding in zip(batch, tokenizer.encode_batch(batch))]
    except KeyboardInterrupt:
        raise
    except BaseException:  # a panic is no Exception
        if len(batch) > 1:
            half = len(batch) // 2
            return encode(tokenizer, batch[:half], most, strategy, stride) + encode(tokenizer, batch[half:], most, strategy, stride)
        return encode(tokenizer, batch, most, strategy, 0) if stride else [(*batch[0], 0, None)]


def line(query, document, encoding, case):
    case |= {"query": query, "document": document}
    if encoding is None:
        return case | {"refused": True}
    case |= {"ids": encoding.ids, "types": digits(encoding.type_ids), "mask": digits(encoding.attention_mask), "truncated": bool(encoding.overflowing)}
    if case["strategy"] == "only_second":
        case["windows"] = [e.ids for e in encoding.overflowing]
    return case


def digits(numbers):
    return "".join(map(str, numbers))
