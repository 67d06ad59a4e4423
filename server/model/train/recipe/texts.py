"""Texts in batches of about equal length, so that little of what is read is padding."""

from collections.abc import Iterator

from tqdm import tqdm

# Texts a batch: a CPU gains nothing by more.
BATCH = 32


def batches(cut, texts: list[str | None], length: int) -> Iterator[tuple[list[int], dict]]:
    """Yields the places of some texts, and the texts as the tokenizer `cut` gives them to an encoder; None is left out."""
    order = sorted((i for i, t in enumerate(texts) if t is not None), key=lambda i: -len(texts[i]))
    for at in tqdm(range(0, len(order), BATCH), mininterval=10):
        places = order[at : at + BATCH]
        yield places, cut([texts[i] for i in places], truncation=True, max_length=length, padding=True, return_tensors="pt")
