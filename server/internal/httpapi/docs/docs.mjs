// Shows openapi.json. What the document may say, and this page shows, is what
// the document beside it uses: references, objects, lists, constants, choices.

/** el makes an element; strings become text, never markup. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value);
  }
  node.append(...children.flat());
  return node;
}

/** prose is a text with `code` in it, in paragraphs. */
function prose(text = "") {
  return text.split("\n\n").filter(Boolean).map((paragraph) => el("p", {}, inline(paragraph)));
}

function inline(text) {
  return text.split("`").map((part, i) => (i % 2 === 1 ? el("code", {}, part) : part));
}

const nameOf = (ref) => ref.slice(ref.lastIndexOf("/") + 1);

/** follow a reference into the document, if it is one. */
function follow(api, node) {
  return node.$ref === undefined ? node : node.$ref.slice(2).split("/").reduce((at, key) => at[key.replaceAll("~1", "/")], api);
}

function link(ref) {
  return el("a", { href: `#${nameOf(ref)}` }, nameOf(ref));
}

/** kind is what a schema takes, in words and links. */
function kind(schema) {
  if (schema.$ref !== undefined) {
    return [link(schema.$ref)];
  }
  const choices = (schema.anyOf ?? schema.oneOf ?? []).filter((one) => one.type !== "null");
  if (choices.length > 0) {
    return choices.flatMap((one, i) => (i === 0 ? kind(one) : [" or ", ...kind(one)]));
  }
  if (schema.const !== undefined || schema.enum !== undefined) {
    const values = (schema.enum ?? [schema.const]).filter((value) => value !== null);
    return values.flatMap((value, i) => [i === 0 ? "" : " or ", el("code", {}, JSON.stringify(value))]);
  }
  const types = [schema.type ?? "any"].flat().filter((type) => type !== "null").join(" or ");
  return schema.type === "array" && schema.items !== undefined ? ["list of ", ...kind(schema.items)] : [types];
}

/** bounds are the limits and the default that a schema names. */
function bounds(schema) {
  const said = [];
  if (schema.minimum !== undefined || schema.maximum !== undefined) {
    said.push([schema.minimum, schema.maximum].map((n) => n?.toLocaleString("en") ?? "").join(" to ").trim().replace(/ to$/, " or more"));
  }
  if (schema.minItems !== undefined) {
    said.push(`at least ${schema.minItems}`);
  }
  if (schema.default !== undefined) {
    said.push(`default ${JSON.stringify(schema.default)}`);
  }
  return said.length === 0 ? [] : [`, ${said.join(", ")}`];
}

/** properties of an object, and of the objects in it. */
function properties(schema) {
  return el("dl", {}, Object.entries(schema.properties).flatMap(([name, value]) => [
    el("dt", {}, el("code", {}, name), " ", el("span", { class: "faint" }, kind(value), bounds(value), schema.required?.includes(name) ? ", required" : "")),
    el("dd", {}, prose(value.description), value.properties === undefined ? [] : body(value), inner(value)),
  ]));
}

/** inner is the object of a list that has no name of its own. */
function inner(schema) {
  return schema.items?.properties === undefined ? [] : [properties(schema.items)];
}

/** body of a schema: its properties, its choices, or what it is. */
function body(schema) {
  const choices = schema.oneOf ?? [];
  if (choices.some((one) => one.description !== undefined)) {
    return [el("dl", {}, choices.flatMap((one) => [el("dt", {}, el("code", {}, String(one.const))), el("dd", {}, prose(one.description))]))];
  }
  if (schema.allOf !== undefined) {
    return schema.allOf.flatMap((part) => (part.$ref === undefined ? body(part) : [el("p", {}, "As ", link(part.$ref), ", and:")]));
  }
  if (schema.properties !== undefined) {
    return [properties(schema)];
  }
  const list = inner(schema);
  return list.length > 0 ? list : [el("p", { class: "faint" }, kind(schema), bounds(schema))];
}

function json(label, value) {
  return el("pre", { tabindex: "0", role: "region", "aria-label": label, dir: "ltr" }, el("code", {}, JSON.stringify(value, null, 2)));
}

/** content of a body: its types, and examples to unfold. */
function content(types = {}, where, what) {
  return Object.entries(types).flatMap(([type, { schema, examples = {} }]) => [
    el("p", {}, el("code", {}, type), ": ", kind(schema)),
    prose(schema.description),
    Object.entries(examples).map(([name, { value }]) => el("details", {}, el("summary", {}, `Example: ${name}`), json(`${where} ${what}, example ${name}`, value))),
  ]).flat();
}

function response(api, where, status, ref) {
  const answer = follow(api, ref);
  const headers = Object.keys(answer.headers ?? {});
  return [
    el("h4", {}, status === "default" ? "Error" : `Status ${status}`),
    prose(answer.description),
    headers.length === 0 ? [] : el("p", { class: "faint" }, "Headers: ", headers.flatMap((name, i) => [i === 0 ? "" : ", ", el("code", {}, name)])),
    content(answer.content, where, `status ${status}`),
  ].flat();
}

/** operation with its errors folded: there are many, and they are alike. */
function operation(api, path, method, op) {
  const answers = Object.entries(op.responses);
  const good = answers.filter(([status]) => status < "4");
  const bad = answers.filter(([status]) => status >= "4");
  return el("article", { id: op.operationId, "aria-labelledby": `${op.operationId}-name` },
    el("h3", { id: `${op.operationId}-name` }, el("span", { class: "method" }, method.toUpperCase()), el("code", {}, path)),
    el("p", {}, inline(op.summary), op.security?.length === 0 ? " (no key)" : ""),
    prose(op.description),
    op.requestBody === undefined ? [] : [el("h4", {}, "Request"), ...content(op.requestBody.content, path, "request")],
    op.parameters === undefined ? [] : el("dl", {}, op.parameters.map((ref) => follow(api, ref)).flatMap((p) => [
      el("dt", {}, el("code", {}, p.name), " ", el("span", { class: "faint" }, `${p.in}, optional`)), el("dd", {}, prose(p.description))])),
    good.flatMap(([status, ref]) => response(api, path, status, ref)),
    bad.length === 0 ? [] : el("details", {}, el("summary", {}, `Errors: ${bad.map(([status]) => (status === "default" ? "as the service" : status)).join(", ")}`),
      bad.flatMap(([status, ref]) => response(api, path, status, ref))));
}

/** operations of a tag, in the document's order. */
function operations(api, tag) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([, op]) => op.tags.includes(tag)).map(([method, op]) => ({ path, method, op })));
}

function contents(api) {
  return api.tags.flatMap(({ name }) => [
    el("h2", {}, name),
    el("ul", {}, operations(api, name).map(({ path, method, op }) => el("li", {},
      el("a", { href: `#${op.operationId}` }, el("span", { class: "method" }, method.toUpperCase()), path)))),
  ]).concat(el("h2", {}, "Schemas"), el("ul", {}, el("li", {}, el("a", { href: "#schemas" }, "All objects and lists"))));
}

function reference(api) {
  return [
    ...prose(api.info.description),
    ...api.tags.map((tag) => el("section", {},
      el("h2", {}, tag.name), prose(tag.description), operations(api, tag.name).map(({ path, method, op }) => operation(api, path, method, op)))),
    el("section", { id: "schemas" }, el("h2", {}, "Schemas"),
      Object.entries(api.components.schemas).map(([name, schema]) => el("article", { id: name, "aria-labelledby": `${name}-name` },
        el("h3", { id: `${name}-name` }, name), prose(schema.description), body(schema)))),
  ];
}

function show(api) {
  document.getElementById("summary").textContent = api.info.summary;
  document.getElementById("contents").append(...contents(api));
  document.getElementById("contents").open = matchMedia("(min-width: 60rem)").matches;
  document.getElementById("status").replaceWith(...reference(api));
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

try {
  const answer = await fetch("openapi.json");
  if (!answer.ok) {
    throw new Error(`status ${answer.status}`);
  }
  show(await answer.json());
} catch (cause) {
  document.getElementById("status").textContent = `openapi.json cannot be read: ${cause.message}. Load the page again.`;
  throw cause;
}
