import { language } from "../messages/index.js";
import { Source } from "../documents/source.js";

/** SetName names a result set. */
export const setNames = ["english", "hebrew", "thousand", "own"] as const;
export type SetName = (typeof setNames)[number];

/** What the view of the search keeps while another one is shown. */
export const state = {
  query: "",
  /** The set that was chosen; undefined = that of the interface's language. */
  chosen: undefined as SetName | undefined,
  /** Whether the order in which the results lie means something. */
  ordered: false,
  /** Whether near-duplicates are to be parted. */
  parted: false,
  own: new Source(),
};

/** setShown is the set that is shown. */
export function setShown(): SetName {
  return state.chosen ?? (language.value === "he" ? "hebrew" : "english");
}
