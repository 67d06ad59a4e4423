/** search finds the rows nearest to the query's embedding, and keeps the best after re-ranking. db is a client of `pg`, or PGlite. */
export async function search(db, query, embedding, keep = 5) {
  const { rows } = await db.query("SELECT id, text FROM chunks ORDER BY embedding <=> $1 LIMIT 50", [JSON.stringify(embedding)]);
  if (rows.length === 0) {
    return [];
  }
  const response = await fetch(`${process.env.SPLITRANK_URL ?? "http://localhost:8000"}/rerank`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${process.env.SPLITRANK_API_KEY ?? "none"}` },
    body: JSON.stringify({ query, documents: rows.map(({ text }) => text), top_k: keep, budget: { deadline_ms: 500 } }),
  });
  if (!response.ok) {
    throw new Error(`splitrank: ${response.status} ${await response.text()}`);
  }
  const { results } = await response.json();
  return results.map(({ index, relevance_score }) => ({ ...rows[index], relevance: relevance_score }));
}
