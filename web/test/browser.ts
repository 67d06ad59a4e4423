// What chromium.test.ts runs in a page: see there.
import { cascade, createLocal, createRemote, SplitrankError, watch, type Local } from "../dist/index.js";
import { cascaded, type AnswerVector, type Cascaded } from "./answer_vectors.js";
import { answer, carriedBy, type Vector, type Want } from "./vectors.js";

/** golden are the answers to the vectors that a build carries. */
export async function golden(wasm: string, worker: boolean, vectors: Vector[]): Promise<{ vector: Vector; answer: Want }[]> {
  const local = await createLocal({ wasm, worker });
  const answers = [];
  for (const vector of carriedBy(local.scorer, vectors)) {
    answers.push({ vector, answer: await answer(local, vector) });
  }
  local.close();
  return answers;
}

/** answers are what cascades make of the vectors of plan and merge. */
export async function answers(vectors: AnswerVector[]): Promise<Cascaded[]> {
  const local = await createLocal();
  const list = [];
  for (const vector of vectors) {
    list.push(await cascaded(local, vector));
  }
  local.close();
  return list;
}

/** codeOf is the code of the error of a call; "none" if there was none. */
async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(() => "none", (error: unknown) => error instanceof SplitrankError ? error.code : String(error));
}

function asked(local: Local, word: string, signal?: AbortSignal): Promise<unknown> {
  return local.rerank(word, [`${word} in a document`, "another"], { language: "en", signal });
}

/** deaths are the codes of calls of which every other one ends the worker's program. */
export async function deaths(wasm: string): Promise<string[]> {
  const local = await createLocal({ wasm, worker: true });
  const codes = [];
  for (const word of ["needle", "crashexit", "needle", "crashmemory", "needle", "crashrecovered", "needle"]) {
    codes.push(await codeOf(asked(local, word)));
  }
  local.close();
  return codes;
}

/** leaving are the codes of calls that are aborted while they wait, amid others. */
export async function leaving(): Promise<string[]> {
  const local = await createLocal({ worker: true });
  const gone = new AbortController();
  const calls = [asked(local, "a"), asked(local, "b", gone.signal), asked(local, "c")].map(codeOf);
  gone.abort("gone");
  return Promise.all(calls);
}

/** closing are the codes of calls in flight and after it. */
export async function closing(): Promise<string[]> {
  const local = await createLocal({ worker: true });
  const calls = [asked(local, "a"), asked(local, "b")].map(codeOf);
  local.close();
  return [...await Promise.all(calls), await codeOf(asked(local, "c"))];
}

/** unstartable are the codes of workers that cannot start. */
export function unstartable(): Promise<string[]> {
  return Promise.all([
    codeOf(createLocal({ worker: () => new Worker("/missing.js") })),
    codeOf(createLocal({ worker: () => { throw new Error("no"); } })),
    codeOf(createLocal({ wasm: "/missing.wasm", worker: true })),
  ]);
}

/** mismatched is the code of a worker whose Wasm is of something else, and whether that worker was ended. */
export async function mismatched(): Promise<[string, boolean]> {
  const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  let ended = false;
  const worker = () => Object.assign(new Worker("/dist/worker.js", { type: "module" }), { terminate: () => { ended = true; } });
  return [await codeOf(createLocal({ wasm: empty, worker })), ended];
}

/** watched are stages and best documents on the way through a server of another origin. */
export async function watched(url: string): Promise<{ stage: string; best: string | undefined; degraded: boolean }[]> {
  const both = cascade(await createLocal(), createRemote({ url }));
  const seen = [];
  for await (const { stage, results, degraded } of watch(both, "bake bread", ["cats", "bread is baked"], { firstStage: "hidden" })) {
    seen.push({ stage, best: results[0]?.document, degraded });
  }
  return seen;
}

/** unreached is the code and the message of a server that this page cannot reach. */
export async function unreached(url: string): Promise<[string, string]> {
  const error: unknown = await createRemote({ url }).rerank("q", ["d"]).catch((error: unknown) => error);
  return error instanceof SplitrankError ? [error.code, error.message] : ["none", ""];
}
