import { cascade, createRemote, SplitrankError, type Answer, type RerankOptions } from "splitrank";
import type { Passage } from "../documents/document.js";
import { here } from "../ranking/here.js";
import { state } from "./state.js";

/** Moment is an answer and the milliseconds after which it came. */
export interface Moment {
  readonly answer: Answer;
  readonly after: number;
}

/** Question is what is asked. */
export interface Question {
  readonly query: string;
  readonly passages: readonly Passage[];
  readonly options: RerankOptions;
}

/** What cascadeRun tells meanwhile. */
interface RunEvents {
  /** moment is called with every order, each better than the one before. */
  moment(moment: Moment): void;
  /** away is called when the server could not do its part. */
  away(error: SplitrankError): void;
}

/** cascadeRun asks the scorer here and the server, and resolves with the last order. */
export async function cascadeRun({ query, passages, options }: Question, events: RunEvents, signal: AbortSignal): Promise<Moment> {
  const { scorer } = await here();
  const came = performance.now();
  const moment = (answer: Answer) => ({ answer, after: performance.now() - came });
  const onError = (error: unknown) => error instanceof SplitrankError && events.away(error);
  const remote = createRemote({ url: location.origin, ...(state.key && { key: state.key }) });
  const both = scorer === undefined ? remote : cascade(scorer, remote, { onError });
  return moment(await both.rerank(query, passages, { ...options, explain: true, signal, onUpdate: (answer) => events.moment(moment(answer)) }));
}
