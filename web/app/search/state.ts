import { Source } from "../documents/source.js";

/** SetName names a result set. */
export const setNames = ["english", "hebrew", "thousand", "own"] as const;
export type SetName = (typeof setNames)[number];

/** What the view of the search keeps while another one is shown. */
export const state = {
  query: "",
  set: "english" as SetName,
  /** Whether the order in which the results lie means something. */
  ordered: false,
  own: new Source(),
};
