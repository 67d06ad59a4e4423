import { generateAnswer, queryChunks } from "@/lib/rag";
import { rerankChunks } from "@/lib/rag/rerank";

const RETRIEVED = 30;
const KEPT = 5;

export async function POST(request: Request): Promise<Response> {
  const { message, videoId } = (await request.json()) as { message?: unknown; videoId?: unknown };
  if (typeof message !== "string" || message.trim() === "" || typeof videoId !== "string") {
    return Response.json({ error: "message and videoId must be texts" }, { status: 400 });
  }
  const candidates = await queryChunks(message, RETRIEVED, videoId);
  const sources = await rerankChunks(message, candidates, KEPT);
  const context = sources.map(({ chunk }) => chunk.text).join("\n\n");
  return Response.json({ answer: await generateAnswer(message, context), sources });
}
