import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Document, RankOptions, Ranking } from "../dist/index.js";

// The vectors that package heuristics writes with -update and reads itself,
// natively, under js/wasm and for arm64: heuristics/testdata/vectors.jsonl.gz,
// one JSON object a line, in the shape of Vector. Scores are integers, 65536 =
// 1. A text that is not UTF-8 stands as text_b64, base64 of its bytes.
// "languages" are the stemmers that the vector needs: a build that lacks one
// leaves the vector out.
export interface Vector {
  name: string;
  languages?: string[];
  query?: string;
  query_b64?: string;
  documents: VectorDocument[] | null;
  options?: VectorOptions;
  /** With it, the vector is of a trim. */
  budget?: { documents?: number };
  want: Want;
}

interface VectorDocument {
  title?: string;
  title_b64?: string;
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
  kept?: boolean;
  reason?: string;
  /** [signal, raw, weight, contribution] */
  explanation?: [string, number, number, number][];
  /** [start, end] */
  matches?: [number, number][];
}

const file = new URL("../../heuristics/testdata/vectors.jsonl.gz", import.meta.url);

/** readVectors is undefined where the file is not there. */
export function readVectors(): Vector[] | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Vector);
}

/** documentsOf are the vector's documents as a caller gives them. */
export function documentsOf(v: Vector): Document[] {
  return (v.documents ?? []).map((d) => ({
    title: bytesOr(d.title_b64, d.title),
    text: bytesOr(d.text_b64, d.text),
    rank: d.rank,
  }));
}

export function queryOf(v: Vector): string | Uint8Array {
  return bytesOr(v.query_b64, v.query);
}

function bytesOr(base64: string | undefined, text: string | undefined): string | Uint8Array {
  return base64 === undefined ? (text ?? "") : new Uint8Array(Buffer.from(base64, "base64"));
}

export function optionsOf(v: Vector): RankOptions {
  const { language, first_stage: firstStage, diversity, explain, matches } = v.options ?? {};
  return { language, firstStage, diversity, explain, matches };
}

/** answered is a ranking in the words of the vectors, with what v says and no more. */
export function answered(v: Vector, ranking: Ranking): Want {
  const { language, stemmed, trust } = ranking;
  const items = ranking.items.map((item, i): WantItem => {
    const wanted = v.want.items?.[i];
    return {
      index: item.index,
      score: item.score * 65536,
      ...(wanted?.kept === undefined ? {} : { kept: item.kept }),
      ...(wanted?.reason === undefined ? {} : { reason: item.reason }),
      ...(wanted?.explanation === undefined ? {} : {
        explanation: item.explanation.map((p) => [p.signal, p.raw * 65536, p.weight * 65536, p.contribution * 65536]),
      }),
      ...(wanted?.matches === undefined ? {} : { matches: item.matches.map(({ start, end }) => [start, end]) }),
    };
  });
  return { language, stemmed, trust: trust * 65536, items };
}
