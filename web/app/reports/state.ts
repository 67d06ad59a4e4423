import type { Collection } from "./report.js";

/** Opened is a report that was read. */
export type Opened = { readonly kind: "json"; readonly name: string; readonly collections: readonly Collection[] } | { readonly kind: "html"; readonly name: string; readonly html: string };

/** What the view keeps while another one is shown. */
export const state = {
  opened: undefined as Opened | undefined,
  metric: "ndcg@10",
};
