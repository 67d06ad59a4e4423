import { CohereClientV2 } from "cohere-ai";

const query = process.argv[2] ?? "how late is the museum open on Fridays?";
const documents = [
  "The museum shop sells posters, and prints on request.",
  "On Fridays the museum is open until two in the afternoon.",
  "The tram to the museum runs every ten minutes.",
  "ביום שישי המוזיאון פתוח עד שתיים בצהריים.",
];

const client = new CohereClientV2({
  environment: process.env.SPLITRANK_URL ?? "http://localhost:8000",
  token: process.env.SPLITRANK_API_KEY ?? "none",
});
const { results } = await client.rerank({ model: "rerank-v3.5", query, documents, topN: 2 });
for (const { index } of results) {
  console.log(documents[index]);
}
