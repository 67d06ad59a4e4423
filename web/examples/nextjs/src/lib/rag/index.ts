// Stands in for the application's own retrieval and answers, so that the
// example runs: replace it by yours.
import type { QueryResult, TranscriptChunk } from "@/types";

const transcript = `A bi-encoder reads a question and a passage apart and compares two vectors.
A cross-encoder reads question and passage together, which costs more and sees more.
Chunks of two hundred words overlap by forty, so that no sentence is lost at a border.
Embeddings are vectors of numbers: texts that mean the same lie close together.
מקודד צולב קורא את השאלה ואת הקטע יחד, ולכן הוא מדויק יותר.
Embeddings הם ייצוג וקטורי של טקסט.
The model is asked only about the passages that the first stage found.
Latency grows with every passage that is read, so the list is cut first.
An index of keywords finds names and numbers that vectors blur.
Evaluate with questions whose answers you know, before and after every change.`;

const chunks: TranscriptChunk[] = transcript.split("\n").map((text, i) => ({ id: `chunk-${i + 1}`, videoId: "rag-intro", text }));

/** queryChunks is the first stage: the best limit chunks of a video by shared letters, badly ordered as first stages are. */
export async function queryChunks(query: string, limit: number, videoId: string): Promise<QueryResult[]> {
  const letters = new Set(query.toLowerCase());
  const relevance = ({ text }: TranscriptChunk) => [...text.toLowerCase()].filter((letter) => letters.has(letter)).length / text.length;
  return chunks
    .filter((chunk) => chunk.videoId === videoId)
    .map((chunk) => ({ chunk, relevance: relevance(chunk) }))
    .sort((a, b) => b.relevance - a.relevance)
    .slice(0, limit);
}

/** generateAnswer would ask a language model; here it quotes the first line of the context. */
export async function generateAnswer(question: string, context: string): Promise<string> {
  return `${question} — ${context.split("\n", 1)[0] ?? "nothing was found"}`;
}
