// The Worker, and what it cannot say itself: how long a request took from the
// entry into its handler (X-Took-Ms), and how large Go's memory is (/memory).
const memories = [];
const Real = WebAssembly.Instance;
WebAssembly.Instance = class extends Real {
  constructor(...args) {
    super(...args);
    memories.push(this.exports.mem);
  }
};

const { default: worker } = await import("./worker.mjs");

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/memory") {
      return Response.json({ instances: memories.length, bytes: memories.at(-1)?.buffer.byteLength ?? 0 });
    }
    const came = performance.now();
    const response = await worker.fetch(request, env, ctx);
    const answer = new Response(response.body, response);
    answer.headers.set("X-Took-Ms", String(performance.now() - came));
    return answer;
  },
};
