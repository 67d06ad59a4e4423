// The scorer in a worker: see WorkerEngine. The first message is the module,
// every other one a request; each is answered by one Reply.
import { SplitrankError, type ErrorCode } from "./error.js";
import type { FrameRequest } from "./frame_request.js";
import { Instance } from "./instance.js";
import type { Ranking } from "./ranking.js";

/** Message to the worker. */
export type Message = WebAssembly.Module | FrameRequest;

/** Reply to a message. */
export type Reply = Ranking | Started | Failure;

/** Started answers the module. */
export interface Started {
  readonly scorer: string;
}

/** Failure is a SplitrankError as it travels: cloning an error keeps its text only. */
interface Failure {
  readonly code: ErrorCode;
  readonly field: string;
  readonly message: string;
  readonly cause: string;
}

let instance: Instance | undefined;

addEventListener("message", async ({ data }: MessageEvent<Message>) => {
  postMessage(await reply(data).catch(failure));
});

async function reply(message: Message): Promise<Reply> {
  if (message instanceof WebAssembly.Module) {
    instance = await Instance.start(message);
    return { scorer: instance.scorer };
  }
  if (instance === undefined) {
    throw new Error("a request came before the module");
  }
  return instance.run(message);
}

function failure(error: unknown): Failure {
  if (error instanceof SplitrankError) {
    const { code, field, detail } = error;
    return { code, field, message: detail, cause: String(error.cause ?? "") };
  }
  return { code: "instance_died", field: "", message: String(error), cause: "" };
}
