import type { Passage } from "./document.js";

/** Samples are what the build makes of shared/eval/sample. */
export interface Samples {
  readonly corpus: readonly (Passage & { readonly id: string; readonly language: "en" | "he" })[];
  readonly queries: readonly SampleQuery[];
}

/** SampleQuery is a question with the passages that a retriever found, and what a judge said of them. */
export interface SampleQuery {
  readonly text: string;
  readonly language: "en" | "he";
  /** Ids of passages, as BM25 ranks them. */
  readonly ranked: readonly string[];
  /** Judgements by id, 1 to 3. */
  readonly grades: Readonly<Record<string, number>>;
}

let loading: Promise<Samples> | undefined;

/** samples loads them once. */
export function samples(): Promise<Samples> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Samples> {
  const response = await fetch(new URL("samples.json", import.meta.url));
  if (!response.ok) {
    throw new Error(`samples.json: status ${response.status}`);
  }
  return await response.json() as Samples;
}

/** samplesOf are the questions, those of a language first. */
export function samplesOf({ queries }: Samples, language: string): SampleQuery[] {
  const of = (wanted: boolean) => queries.filter((query) => (query.language === language) === wanted);
  return [...of(true), ...of(false)];
}

/** retrieved are the passages of a sample's question in the retriever's order. */
export function retrieved({ corpus }: Samples, { ranked }: SampleQuery): Passage[] {
  const byId = new Map(corpus.map((passage) => [passage.id, passage]));
  return ranked.flatMap((id) => byId.get(id) ?? []).map(({ id, title, text }) => ({ id, text, ...(title && { title }) }));
}
