// Before the Worker: how the stream of an answer ends, which workerd's own HTTP
// does not tell (it closes a chunked answer that breaks off as if it were whole).
import worker from "../worker.mjs";

export default {
  async fetch(request, env, ctx) {
    const response = await worker.fetch(request, env, ctx);
    let text = "";
    try {
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
      }
    } catch {
      text += "broken off";
    }
    return new Response(text);
  },
};
