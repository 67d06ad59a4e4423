import type { Document, Local, RankOptions, Ranking } from "../dist/index.js";

// The vectors that package heuristics writes with -update and reads itself,
// natively, under js/wasm and for arm64: heuristics/testdata/vectors.jsonl.gz,
// one JSON object a line, in the shape of Vector. Scores are integers, 65536 =
// 1. Text that is not UTF-8 stands under a key ending in _b64, base64 of its
// bytes. A vector holds for a build with exactly the stemmers of "languages".
export interface Vector {
  name: string;
  languages: string[];
  query?: string;
  query_b64?: string;
  documents: VectorDocument[] | null;
  options?: VectorOptions;
  /** With it, the vector is of a trim. */
  budget?: { documents?: number };
  want: Want;
  /** Of the formula that gave want. */
  version: string;
}

interface VectorDocument {
  title?: string;
  text?: string;
  text_b64?: string;
  rank?: number;
}

interface VectorOptions {
  language?: string;
  first_stage?: "given" | "hidden";
  diversity?: number;
  explain?: boolean;
  matches?: boolean;
}

export interface Want {
  language: string;
  stemmed: boolean;
  trust: number;
  items: WantItem[] | null;
}

interface WantItem {
  index: number;
  score: number;
  /** Left out where nothing was trimmed. */
  kept?: boolean;
  reason?: string;
  /** [signal, raw, weight, contribution]; left out where there are none, as are matches. */
  explanation?: [string, number, number, number][];
  /** [start, end] */
  matches?: [number, number][];
}

/** carriedBy are the vectors that hold for a scorer: "h1+en,fr" carries en and fr. */
export function carriedBy(scorer: string, vectors: readonly Vector[]): Vector[] {
  const stemmers = scorer.split("+")[1] ?? "";
  return vectors.filter(({ languages }) => languages.join() === stemmers);
}

/** answer is what local says to a vector, in the words of the vectors. */
export async function answer(local: Local, v: Vector): Promise<Required<Want>> {
  const ranking = v.budget === undefined
    ? await local.rank(queryOf(v), documentsOf(v), optionsOf(v))
    : await local.trim(queryOf(v), documentsOf(v), { ...optionsOf(v), budget: v.budget });
  return answered(ranking);
}

/** documentsOf are the vector's documents as a caller gives them. */
function documentsOf(v: Vector): Document[] {
  return (v.documents ?? []).map((d) => ({
    title: d.title,
    text: bytesOr(d.text_b64, d.text),
    rank: d.rank,
  }));
}

function queryOf(v: Vector): string | Uint8Array {
  return bytesOr(v.query_b64, v.query);
}

function bytesOr(base64: string | undefined, text: string | undefined): string | Uint8Array {
  return base64 === undefined ? (text ?? "") : Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
}

function optionsOf(v: Vector): RankOptions {
  const { language, first_stage: firstStage, diversity, explain, matches } = v.options ?? {};
  return { language, firstStage, diversity, explain, matches };
}

/** answered is a ranking in the words of the vectors, everything spelled out. */
function answered(ranking: Ranking): Required<Want> {
  const items = ranking.items.map((item) => ({
    index: item.index,
    score: item.score * 65536,
    kept: item.kept,
    reason: item.reason,
    explanation: item.explanation.map((p) => [p.signal, p.raw * 65536, p.weight * 65536, p.contribution * 65536] as [string, number, number, number]),
    matches: item.matches.map(({ start, end }) => [start, end] as [number, number]),
  }));
  return { language: ranking.language, stemmed: ranking.stemmed, trust: ranking.trust * 65536, items };
}

/** wanted is what the vector wants, everything spelled out. */
export function wanted({ want }: Vector): Want {
  const items = (want.items ?? []).map((item) => ({ kept: true, reason: "", explanation: [], matches: [], ...item }));
  return { ...want, items };
}
