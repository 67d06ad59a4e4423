// The Worker in workerd before an origin, for measurements: see server/load. Prints its address as url=…; ends by SIGTERM.
//   node wasm/edge/front.mjs ORIGIN_URL
import { start } from "./test/worker.mjs";

const [origin] = process.argv.slice(2);
const ends = [];
const worker = await start({ after: (end) => ends.push(end) }, {
  bindings: { SPLITRANK_ORIGIN_URL: origin, SPLITRANK_ORIGIN_TIMEOUT_MS: "60000" }, // what is late is to be seen as late
});
process.once("SIGTERM", async () => {
  await Promise.all(ends.map((end) => end()));
  process.exit();
});
console.error(`url=${String(worker.direct).replace(/\/$/, "")}`);
