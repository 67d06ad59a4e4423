import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

// The types of this package, respelled as src/wire.ts does it, are those of the
// server's document of its API: the same keys, required alike, of the same kind.

const web = fileURLToPath(new URL("../", import.meta.url));
const api = JSON.parse(readFileSync(new URL("../../server/internal/httpapi/openapi.json", import.meta.url), "utf8")) as {
  components: { schemas: Record<string, Schema> };
};

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** Differences that are meant, by the path of the key. */
const ours: Record<string, string> = {
  "Answer.stage": "says which event it came with",
  "Result.document": "is the caller's own object, found by its index",
  "RerankOptions.signal": "ends the call here",
  "RerankOptions.on_update": "asks for events",
};
const theirs: Record<string, string> = {
  "Answer.object": "is for clients of infinity", "Answer.id": "is for clients of infinity", "Answer.created": "is for clients of infinity",
  "Answer.calibration": "is for who runs the server",
  "Result.id": "goes with the caller's own document",
  "Result.document": "is the caller's own object, found by its index",
  "Usage.prompt_tokens": "is for clients of other services", "Usage.total_tokens": "is for clients of other services",
  "RerankOptions.query": "is an argument", "RerankOptions.documents": "is an argument",
  "RerankOptions.top_n": "is another name of top_k", "RerankOptions.return_documents": "brings what the caller has",
  "RerankOptions.raw_scores": "is for clients of infinity",
  "Truncation.partial": "is what an edge asks for a client of another service",
};
/** Values of choices that the package does not offer yet. */
const newer: Record<string, readonly string[]> = {};
/** Kinds that differ: src/wire.ts makes one of the other. */
const made: Record<string, string> = { "Result.matches": "spans come as pairs" };

const program = ts.createProgram([`${web}src/answer.ts`, `${web}src/error.ts`, `${web}src/reranker.ts`], {
  strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true,
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
});
const checker = program.getTypeChecker();

/** typeOf an exported interface. */
function typeOf(file: string, name: string): ts.Type {
  const source = program.getSourceFile(`${web}src/${file}`);
  assert.ok(source, file);
  const symbol = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).find((s) => s.name === name);
  assert.ok(symbol, name);
  return checker.getDeclaredTypeOfSymbol(symbol);
}

function snake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function follow(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : api.components.schemas[schema.$ref.replace("#/components/schemas/", "")]!;
}

/** present is a schema without null, which means that a key is absent. */
function present(schema: Schema): Schema {
  const choices = follow(schema).anyOf?.filter((one) => one.type !== "null");
  return choices?.length === 1 ? follow(choices[0]!) : follow(schema);
}

/** kindOfSchema in words that both sides have. */
function kindOfSchema(schema: Schema): string {
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  return types.length === 1 ? (types[0] === "integer" ? "number" : types[0]!) : "any";
}

/** kindOfType likewise; undefined means that a key is absent. */
function kindOfType(type: ts.Type): string {
  const parts = (type.isUnion() ? type.types : [type]).filter((part) => (part.flags & ts.TypeFlags.Undefined) === 0);
  const kinds = new Set(parts.map((part) => {
    if (part.flags & ts.TypeFlags.StringLike) return "string";
    if (part.flags & ts.TypeFlags.NumberLike) return "number";
    if (part.flags & ts.TypeFlags.BooleanLike) return "boolean";
    return checker.isArrayType(part) ? "array" : "object";
  }));
  return kinds.size === 1 ? [...kinds][0]! : "any";
}

/** choicesOf a union of literals. */
function choicesOf(type: ts.Type): string[] {
  return (type.isUnion() ? type.types : [type]).flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
}

/** compare an interface with a schema, and what they hold. It returns how many keys it compared. */
function compare(name: string, type: ts.Type, schema: Schema): number {
  const properties = new Map(checker.getPropertiesOfType(type).map((symbol) => [snake(symbol.name), symbol]));
  const documented = Object.keys(schema.properties ?? {});
  const here = [...properties.keys()].filter((key) => !(`${name}.${key}` in ours));
  const there = documented.filter((key) => !(`${name}.${key}` in theirs));
  assert.deepEqual(here.sort(), there.sort(), `keys of ${name}`);
  return here.reduce((n, key) => n + compareKey(name, key, properties.get(key)!, schema), 0);
}

function compareKey(name: string, key: string, symbol: ts.Symbol, schema: Schema): number {
  const path = `${name}.${key}`;
  const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
  assert.equal(optional, !schema.required?.includes(key), `${path} is optional on one side only`);
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(symbol));
  const value = present(schema.properties![key]!);
  assert.equal(kindOfType(type), kindOfSchema(value), `kind of ${path}`);
  if (path in made) {
    return 1;
  }
  const choices = choicesOf(type);
  if (choices.length > 0) {
    assert.deepEqual([...choices, ...(newer[path] ?? [])].sort(), value.enum?.filter((v) => v !== null).sort(), `values of ${path}`);
  }
  if (kindOfType(type) === "object") {
    return 1 + compare(typeName(type), type, value);
  }
  const item = kindOfType(type) === "array" ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  return item !== undefined && kindOfType(item) === "object" ? 1 + compare(typeName(item), item, follow(value.items!)) : 1;
}

function typeName(type: ts.Type): string {
  return type.symbol.name;
}

test("an answer has the keys of the server's document", () => {
  assert.ok(compare("Answer", typeOf("answer.ts", "Answer"), api.components.schemas.RerankAnswer!) >= 25);
});

test("a request has the keys of the server's document", () => {
  assert.ok(compare("RerankOptions", typeOf("reranker.ts", "RerankOptions"), api.components.schemas.RerankRequest!) >= 18);
});

test("a server's error codes are those of its document", () => {
  const codes = Object.entries(api.components.schemas).filter(([name]) => name.endsWith("Code")).flatMap(([, schema]) => (schema.oneOf ?? []).map((one) => one.const));
  assert.ok(codes.length > 30);
  assert.deepEqual(choicesOf(typeOf("error.ts", "ServerCode")).sort(), [...new Set(codes)].sort());
});

test("every difference that is meant is one", () => {
  const types = { Answer: "RerankAnswer", Result: "Result", Usage: "Usage", RerankOptions: "RerankRequest", Truncation: "Truncation" } as Record<string, string>;
  for (const path of Object.keys(theirs)) {
    const [name = "", key = ""] = path.split(".");
    assert.ok(key in api.components.schemas[types[name]!]!.properties!, `${path} is not in the document`);
  }
});
