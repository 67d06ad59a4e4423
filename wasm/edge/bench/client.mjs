import { Agent, request } from "node:http";

const kept = new Agent({ keepAlive: true });

/** single makes a connection for each request: under load a kept one may be closed by the other end just now. */
export const single = new Agent({ keepAlive: false });

/** post resolves to {status, headers, text, ms}. */
export function post(url, body, headers = {}, agent = kept) {
  const came = performance.now();
  return new Promise((resolve, reject) => {
    const r = request(url, { method: "POST", agent, headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body), ...headers } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString(), ms: performance.now() - came }));
    });
    r.on("error", reject).end(body);
  });
}

/** atOnce runs n calls, at most width at a time. */
export async function atOnce(n, width, call) {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < n; i = next++) {
      await call(i);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

export function percentile(list, p) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))];
}
