import { state } from "./state.js";
import { optionsOf, requestBody } from "./request.js";

/** Snippet is code that sends the request of the moment. */
export type Language = "curl" | "typescript" | "python";

/** snippet writes the code; url is the server's, without a path. */
export function snippet(language: Language, url: string): string {
  return { curl, typescript, python }[language](url);
}

function curl(url: string): string {
  return [
    `curl -sN '${url}/rerank' \\`,
    "  -H 'Content-Type: application/json' -H 'Accept: text/event-stream' \\",
    ...(state.key ? ["  -H \"Authorization: Bearer $SPLITRANK_KEY\" \\"] : []),
    "  -d @- <<'REQUEST'",
    pretty(requestBody()),
    "REQUEST",
  ].join("\n");
}

function typescript(url: string): string {
  const key = state.key ? ", key: process.env.SPLITRANK_KEY" : "";
  return [
    'import { cascade, createLocal, createRemote } from "splitrank";',
    "",
    `const reranker = cascade(await createLocal(), createRemote({ url: ${JSON.stringify(url)}${key} }));`,
    `const query = ${JSON.stringify(state.query)};`,
    `const documents = ${pretty(state.source.parsed.passages)};`,
    "const answer = await reranker.rerank(query, documents, {",
    ...Object.entries(optionsOf()).map(([name, value]) => `  ${name}: ${literal(value)},`),
    "  onUpdate: ({ stage, results }) => console.log(stage, results[0]?.document),",
    "});",
    "for (const { rank, relevanceScore, scoredBy, document } of answer.results) {",
    "  console.log(rank, relevanceScore, scoredBy, document);",
    "}",
  ].join("\n");
}

/** JSON without true, false and null is Python too. */
function python(url: string): string {
  const { cache, ...request } = requestBody() as { cache?: boolean };
  const key = state.key ? ['    "Authorization": "Bearer " + os.environ["SPLITRANK_KEY"],'] : [];
  return [
    `import json${state.key ? ", os" : ""}, urllib.request`,
    "",
    `request = ${pretty(request)}`,
    ...(cache === false ? ['request["cache"] = False'] : []),
    `call = urllib.request.Request(${JSON.stringify(`${url}/rerank`)}, json.dumps(request).encode(), {`,
    '    "Content-Type": "application/json",',
    ...key,
    "})",
    "with urllib.request.urlopen(call, timeout=10) as response:",
    "    answer = json.load(response)",
    'for result in answer["results"]:',
    '    document = request["documents"][result["index"]]',
    '    print(result["rank"], round(result["relevance_score"], 3), result["scored_by"], document["text"][:80])',
  ].join("\n");
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** literal writes options as one would by hand. */
function literal(value: unknown): string {
  return JSON.stringify(value).replace(/"(\w+)":/g, " $1: ").replace(/}$/, " }");
}
