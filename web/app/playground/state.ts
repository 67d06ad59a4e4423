import { Source } from "../documents/source.js";

/** Steps of the sliders; Infinity = no bound. */
export const budgets = [1, 2, 5, 10, 15, 20, 30, 50, 100, Infinity];
export const deadlines = [5, 10, 25, 50, 100, 200, 500, 1000, 2000, Infinity];

/** What the playground keeps while another view is shown. */
export const state = {
  query: "",
  source: new Source(),
  /** Documents that the model may read. */
  budget: Infinity,
  /** Milliseconds for the server's answer. */
  deadline: Infinity,
  /** Whether the retriever's order counts. */
  ordered: true,
  /** Whether near-duplicates are to be parted. */
  parted: false,
  /** Language of the sample that is shown as it came; undefined = something of one's own. */
  sample: undefined as "en" | "he" | undefined,
  key: "",
  /** Judgements of the sample that is shown, by id; empty for documents of one's own. */
  grades: {} as Readonly<Record<string, number>>,
};

/** question is all that an answer depends on, as a key to compare. */
export function question(): string {
  const { query, source, budget, deadline, ordered, parted } = state;
  return [query, budget, deadline, ordered, parted, source.parsed.format, source.text].join("\n");
}
