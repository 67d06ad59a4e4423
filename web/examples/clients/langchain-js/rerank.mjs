import { CohereRerank } from "@langchain/cohere";
import { Document } from "@langchain/core/documents";
import { CohereClient } from "cohere-ai";

const query = process.argv[2] ?? "how late is the museum open on Fridays?";
const documents = [
  "The museum shop sells posters, and prints on request.",
  "On Fridays the museum is open until two in the afternoon.",
  "The tram to the museum runs every ten minutes.",
  "ביום שישי המוזיאון פתוח עד שתיים בצהריים.",
].map((pageContent) => new Document({ pageContent }));

const client = new CohereClient({
  environment: process.env.SPLITRANK_URL ?? "http://localhost:8000",
  token: process.env.SPLITRANK_API_KEY ?? "none",
});
const compressor = new CohereRerank({ client, model: "rerank-v3.5", topN: 2 });
for (const { pageContent } of await compressor.compressDocuments(documents, query)) {
  console.log(pageContent);
}
