import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("splitrank", import.meta.url));

/** Served is a server that ends with the test, or the file, that started it. */
export interface Served {
  readonly url: string;
  /** Ends it sooner, and returns once it is over. */
  end(): Promise<void>;
}

/** Owner is a test, or { after } for a whole file. */
type Owner = { after(end: () => Promise<void>): void };

/** startSplitrank starts the real server on a free port. It knows no documents of before. */
export async function startSplitrank(owner: Owner, ...args: string[]): Promise<Served> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("SPLITRANK_") || name === "SPLITRANK_ORT_LIB");
  const child = spawn(program, ["serve", "--addr", "127.0.0.1:0", ...args], { env: { ...Object.fromEntries(kept), SPLITRANK_VECTORS: "memory" }, stdio: ["ignore", "ignore", "pipe"] });
  const over = once(child, "exit");
  const end = async () => {
    child.kill("SIGKILL");
    await over;
  };
  owner.after(end);
  return { url: await addressOf(child), end };
}

async function addressOf(child: ChildProcess): Promise<string> {
  let log = "";
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    log += `${line}\n`;
    const url = /msg=serving url=(\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stderr?.resume();
      return url;
    }
  }
  throw new Error(`splitrank serve ended:\n${log}`);
}

/** startFake starts a server that answers as listener does: for what the real one never says. */
export async function startFake(owner: Owner, listener: RequestListener): Promise<Served> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const end = async () => {
    server.close();
    server.closeAllConnections();
  };
  owner.after(end);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, end };
}
