// What any Worker pays that asks the same origin: it parses, asks, parses and answers.
export default {
  async fetch(request, env) {
    const came = performance.now();
    const asked = await request.json();
    const response = await fetch(env.SPLITRANK_ORIGIN_URL + "/rerank", { method: "POST", body: JSON.stringify(asked), signal: AbortSignal.timeout(1000) })
      .then((r) => r.text(), () => "{}");
    return new Response(response, { headers: { "X-Took-Ms": String(performance.now() - came) } });
  },
};
