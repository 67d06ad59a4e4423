import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SplitrankError } from "../dist/error.js";
import { encodeRequest, requestRoom, type FrameRequest } from "../dist/frame_request.js";
import { decodeAnswer, decodeError, decodeResponse } from "../dist/frame_response.js";
import { defaultWeights, type Weights } from "../dist/options.js";
import type { Ranking } from "../dist/ranking.js";

/** The file that shared/frame writes; see vectors_test.go there. */
interface Vectors {
  defaultWeights: Weights;
  requests: { name: string; frame: string; value: RequestValue }[];
  responses: { name: string; frame: string; value: ResponseValue }[];
  errors: { name: string; frame: string; value: { code: string; field: string; message: string } }[];
  malformed: { name: string; kind: string; frame: string; code: string; field: string }[];
}

interface RequestValue extends Omit<FrameRequest, "documents" | "weights"> {
  weights?: Weights;
  documents: { title: string; text: string; textBytes?: string; rank: number }[] | null;
}

interface ResponseValue extends Omit<Ranking, "items"> {
  items: (Omit<Ranking["items"][number], "explanation" | "matches"> & {
    explanation: Ranking["items"][number]["explanation"] | null;
    matches: [number, number][] | null;
  })[] | null;
}

const file = new URL("../../shared/frame/testdata/vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;

function bytes(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

function request(value: RequestValue): FrameRequest {
  const documents = (value.documents ?? []).map(({ title, text, textBytes, rank }) => ({
    title,
    text: textBytes === undefined ? text : bytes(textBytes),
    rank,
  }));
  return { ...value, weights: value.weights, documents };
}

/** ranking has the fixed-point integers of a vector as the fractions of the package. */
function ranking(value: ResponseValue): Ranking {
  const one = 65536;
  const items = (value.items ?? []).map((item) => ({
    ...item,
    score: item.score / one,
    explanation: (item.explanation ?? []).map((p) => ({
      signal: p.signal, raw: p.raw / one, weight: p.weight / one, contribution: p.contribution / one,
    })),
    matches: (item.matches ?? []).map(([start, end]) => ({ start, end })),
  }));
  return { ...value, trust: value.trust / one, items };
}

test("the default weights are the scorer's", () => {
  assert.deepEqual(defaultWeights, vectors.defaultWeights);
});

for (const v of vectors.requests) {
  test(`request: ${v.name}`, () => {
    assert.deepEqual(encodeRequest(request(v.value)), bytes(v.frame));
  });
}

for (const v of vectors.responses) {
  test(`response: ${v.name}`, () => {
    assert.deepEqual(decodeAnswer(bytes(v.frame)), ranking(v.value));
  });
}

for (const v of vectors.errors) {
  test(`error: ${v.name}`, () => {
    const error = decodeAnswer(bytes(v.frame));
    assert.ok(error instanceof SplitrankError);
    const { code, field, message } = v.value;
    assert.deepEqual([error.code, error.field, error.message], [code, field, field === "" ? message : `${field}: ${message}`]);
  });
}

const readers: Record<string, (frame: Uint8Array) => unknown> = { response: decodeResponse, error: decodeError };
for (const v of vectors.malformed.filter(({ kind }) => kind in readers)) {
  test(`malformed ${v.name}`, () => {
    assert.throws(() => readers[v.kind]?.(bytes(v.frame)), { name: "SplitrankError", code: v.code, field: v.field });
  });
}

test("a frame may lie anywhere in a larger buffer", () => {
  const { frame, value } = vectors.responses[2] ?? assert.fail("no such vector");
  const larger = new Uint8Array(bytes(frame).length + 7);
  larger.set(bytes(frame), 3);
  assert.deepEqual(decodeAnswer(larger.subarray(3, larger.length - 4)), ranking(value));
});

const plain: FrameRequest = {
  operation: "rank", language: "", hidden: false, explain: false, matches: false, typing: false,
  topK: 0, diversity: 0, query: "q", documents: [], weights: undefined,
  length: { short: 0, long: 0 },
  budget: { documents: 0, floor: 0, cap: 0, threshold: 0, firstStage: 0 },
};

/** textOf is the text of the first document of a frame of plain with one document. */
function textOf(frame: Uint8Array): string {
  return Buffer.from(frame.subarray(140 + 12 + 1)).toString("utf8");
}

test("a lone surrogate becomes U+FFFD", () => {
  const frame = encodeRequest({ ...plain, documents: [{ title: "", text: "a\ud800b\udc00", rank: 0 }] });
  assert.equal(textOf(frame), "a\ufffdb\ufffd");
});

test("room for a large request is exact", () => {
  const text = "a\u05d0\u20ac\ud83d\ude00\ud800".repeat(300_000) + "\ud83d";
  const r = { ...plain, documents: [{ title: "", text, rank: 0 }] };
  assert.equal(requestRoom(r), encodeRequest(r).length);
  assert.equal(textOf(encodeRequest(r)), Buffer.from(text).toString("utf8"));
});

const document = { title: "", text: "", rank: 0 };
const refused: [string, Partial<FrameRequest>, string, string][] = [
  ["negative top k", { topK: -1 }, "out_of_range", "topK"],
  ["fractional top k", { topK: 1.5 }, "out_of_range", "topK"],
  ["budget over an int32", { budget: { ...plain.budget, documents: 2 ** 31 } }, "out_of_range", "budget.documents"],
  ["threshold NaN", { budget: { ...plain.budget, threshold: NaN } }, "out_of_range", "budget.threshold"],
  ["first stage under -1", { budget: { ...plain.budget, firstStage: -2 } }, "out_of_range", "budget.firstStage"],
  ["negative length", { length: { short: -1, long: 0 } }, "out_of_range", "length.short"],
  ["fractional weight", { weights: { ...defaultWeights, phrase: 0.5 } }, "out_of_range", "weights.phrase"],
  ["diversity NaN", { diversity: NaN }, "out_of_range", "diversity"],
  ["diversity over 1", { diversity: 1.01 }, "out_of_range", "diversity"],
  ["infinite rank", { documents: [document, { ...document, rank: Infinity }] }, "out_of_range", "documents[1].rank"],
  ["too many documents", { documents: Array(65537).fill(document) }, "too_many_documents", "documents"],
  ["too many bytes", { query: new Uint8Array(64 << 20) }, "too_large", "frame"],
];
for (const [name, change, code, field] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(() => encodeRequest({ ...plain, ...change }), { name: "SplitrankError", code, field });
  });
}

test("whatever the bytes, the reader answers or throws a SplitrankError", () => {
  let state = 1;
  const next = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  for (let i = 0; i < 20_000; i++) {
    const list = i % 2 === 0 ? vectors.responses : vectors.errors;
    const frame = bytes(list[next(list.length)]?.frame ?? "");
    for (let changes = next(4); changes >= 0; changes--) {
      frame[12 + next(frame.length - 12)] = next(3) === 0 ? next(256) : next(4);
    }
    try {
      decodeAnswer(frame);
    } catch (error) {
      assert.ok(error instanceof SplitrankError, String(error));
    }
  }
});
