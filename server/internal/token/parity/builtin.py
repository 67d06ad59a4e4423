"""Writes server/model/testdata/tokens.golden.jsonl: what the reference makes of
texts with the tokenizer of splitrank-small, for go test.

    python builtin.py
"""

import json
import os
import pathlib

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import corpus
import reference

MODEL = pathlib.Path(__file__).resolve().parents[3] / "model"

# Written for this purpose: each looks for one kind of trouble.
WRITTEN = [
    "",
    " ",
    "\n\t ",
    "How long does the dough rest before it goes into the oven?",
    "It doesn't: the café's 2nd-best naïve résumé costs £1,000.50 (€1.150,00) — or 20% less…",
    "HTTPServer.ListenAndServe(addr string, handler http.Handler) error // returns ErrServerClosed",
    "x² + y₃ ≠ ½ · 10⁻⁶ µm, ∑ᵢ αᵢ ≥ √2 → ∞, 37 °C ± 0.5 %",
    "Pneumonoultramicroscopicsilicovolcanoconiosis and antidisestablishmentarianism",
    "zzzzqqqqxxxxjjjj wvwvwvwv kkkk0000",
    "https://example.org/a/b?c=d&e=%D7%A9#f user@example.org C++ C# .NET node.js",
    "כמה זמן הבצק צריך לנוח לפני שמכניסים אותו לתנור?",
    "וכשבאנו הביתה, הלחמניות שבסל כבר התקררו; מה־עושים־עכשיו?",
    "ד\"ר לוי וצה״ל, ק\"מ וק״מ, ג'ירפה וצ׳יפס, \"מירכאות\" „גרש”",
    "לָמָּה הַפִּיתָה מִתְנַפַּחַת? כִּי הַמַּיִם הוֹפְכִים לְאֵדִים.",
    "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים אֵ֥ת הַשָּׁמַ֖יִם וְאֵ֥ת הָאָֽרֶץ׃",
    "שּׁ שׂ אַ בּ יִ ײַ ﬠ ﬡ ﭏ",
    "ש\u05c1\u05bc ש\u05bc\u05c1 ו\u05b9 וֹ",
    "₪ 1,250.00 · ‏ימין‎ left‬ ‭עוד‬ \u2066שלום\u2069",
    "איך מגדירים timeout של ingress ב-Kubernetes בגרסה 1.29?",
    "התקנתי Docker Desktop על Windows 11 וקיבלתי error 0x80070005",
    "The word שלום (shalom) means peace; מים is water.",
    "לiPhone ול-iPhone ולְiPhone הiPhoneים",
    "די לן דאָ יידיש פֿאַרשטייט װעלט",
    "😀 👩‍🔬 👨‍👩‍👧‍👦 ❤️ 👍🏿 🇮🇱 1️⃣ ☎ © ™",
    "אני אוהבת פיצה 🍕🍕 ושוקולד 🍫!",
    "Как настроить timeout для ingress в Kubernetes?",
    "東京へ行く。北京大学 서울 대학교",
    "كيف أضبط المهلة؟ ١٢٣ هـ",
    "ภาษาไทย ქართული հայերեն हिन्दी বাংলা ελληνικά ΑΣ ς",
    "ﬁnancial eﬃciency ｗｉｄｅ ①②③ ㎏ ㍿ ﷺ Ⅷ",
    "Ångström Å e\u0301 é Việt Viê\u0323t İstanbul ıı ẞ Straße ŁódŹ",
    "zero\u200bwidth joi\u200dner soft\u00adhyphen no\u00a0break thin\u2009space ideographic\u3000space",
    "a\u0000b\u0007c\u007f\u0085d\ufeffe\ufffdf\ue000g",
    "</s> <s> <unk> <pad> <mask> [CLS] ▁▁ a▁b query: passage:",
    "a" * 300,
    "ש" * 300,
    "שלום" * 60 + "hello" * 60,
    "word " * 40 + "מילה " * 40,
    "1234567890" * 12 + " 3.14159265358979 1e-9 2024-03-15T08:30:00Z",
]
MADE = 160


def main():
    made = corpus.Generator("builtin")
    made.lengths = [95, 100, 200]
    model = reference.load(str(MODEL / "splitrank-small" / "tokenizer.json"), True)
    strings = WRITTEN + [made.text()[:400] for _ in range(MADE)]
    out = MODEL / "testdata" / "tokens.golden.jsonl"
    out.parent.mkdir(exist_ok=True)
    with open(out, "w", encoding="utf-8") as f:
        for case in reference.texts(model, strings):
            f.write(json.dumps(case, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
