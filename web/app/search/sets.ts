import { chunks } from "../documents/chunks.js";
import type { Passage } from "../documents/document.js";
import { samples } from "../documents/samples.js";
import { state, type SetName } from "./state.js";

const kept = new Map<SetName, Passage[]>();

/** passagesOf are the documents of a result set; those of the samples are made once, so that typing finds them ready. */
export async function passagesOf(name: SetName): Promise<readonly Passage[]> {
  if (name === "own") {
    return state.own.parsed.passages;
  }
  const made = kept.get(name) ?? await make(name);
  kept.set(name, made);
  return made;
}

async function make(name: SetName): Promise<Passage[]> {
  const { corpus } = await samples();
  switch (name) {
    case "hebrew":
      return corpus.filter(({ language }) => language === "he");
    case "thousand":
      return chunks(corpus, 1000);
    default:
      return corpus.filter(({ language }) => language === "en");
  }
}

/** examples are queries to try on a set. */
export const examples: Record<SetName, readonly string[]> = {
  english: ["no holes in the crumb", "keep the starter alive on holiday", "crust"],
  hebrew: ["הבצק נדבק לידיים", "לָמָּה הַפִּיתוֹת לֹא נִפְתָּחוֹת", "קרום פריך"],
  thousand: ["how hot should the oven be", "salt", "מחמצת במקרר"],
  own: [],
};
