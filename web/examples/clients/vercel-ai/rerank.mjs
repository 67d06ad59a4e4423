import { createCohere } from "@ai-sdk/cohere";
import { rerank } from "ai";

const query = process.argv[2] ?? "how late is the museum open on Fridays?";
const documents = [
  "The museum shop sells posters, and prints on request.",
  "On Fridays the museum is open until two in the afternoon.",
  "The tram to the museum runs every ten minutes.",
  "ביום שישי המוזיאון פתוח עד שתיים בצהריים.",
];

const splitrank = createCohere({
  baseURL: `${process.env.SPLITRANK_URL ?? "http://localhost:8000"}/v2`,
  apiKey: process.env.SPLITRANK_API_KEY ?? "none",
});
const { ranking } = await rerank({ model: splitrank.reranking("rerank-v3.5"), query, documents, topN: 2 });
for (const { document } of ranking) {
  console.log(document);
}
