/** Interval of a change: its mean, and the ends of the 95 % interval. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly relative?: number;
}

export interface Pipeline {
  readonly name: string;
  readonly metrics: Readonly<Record<string, number>>;
  /** By metric, against the first pipeline, which has none. */
  readonly delta?: Readonly<Record<string, Interval>>;
  readonly kept?: { readonly recall: number; readonly mean: number };
  readonly scored_per_query?: number;
  readonly latency_ms?: { readonly p50: number; readonly p95: number };
}

/** Collection is what splitrank eval --json writes for one data set. */
export interface Collection {
  readonly dataset: string;
  readonly run?: string;
  readonly queries?: number;
  readonly depth?: number;
  readonly first_stage?: string;
  readonly model?: string;
  readonly scorer?: string;
  readonly left_out?: { readonly unjudged: number; readonly unretrieved: number };
  readonly pipelines: readonly Pipeline[];
}

/** collectionsOf takes the report of one collection or of several; undefined = it is none. */
export function collectionsOf(value: unknown): readonly Collection[] | undefined {
  const list = isRecord(value) && Array.isArray(value["collections"]) ? [...meanOf(value), ...value["collections"]] : [value];
  return list.length > 0 && list.every(isCollection) ? list : undefined;
}

/** meanOf makes the mean over collections one more, which has no name. */
function meanOf({ mean }: Record<string, unknown>): unknown[] {
  return Array.isArray(mean) && mean.length > 0 ? [{ dataset: "", pipelines: mean }] : [];
}

function isCollection(value: unknown): value is Collection {
  return isRecord(value) && typeof value["dataset"] === "string" && Array.isArray(value["pipelines"]) && value["pipelines"].length > 0 && value["pipelines"].every(isPipeline);
}

function isPipeline(value: unknown): value is Pipeline {
  if (!isRecord(value)) {
    return false;
  }
  const { name, metrics, delta = {}, kept = {}, latency_ms = {}, scored_per_query = 0 } = value;
  return typeof name === "string" && [metrics, kept, latency_ms, { scored_per_query }].every(isFigures)
    && isRecord(delta) && Object.values(delta).every(isInterval);
}

function isInterval(value: unknown): value is Interval {
  return isFigures(value) && ["mean", "low", "high"].every((end) => end in value);
}

function isFigures(value: unknown): value is Readonly<Record<string, number>> {
  return isRecord(value) && Object.values(value).every(Number.isFinite);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
