// A web server for folders, for what here runs in a real browser.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".wasm": "application/wasm", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

/**
 * serve hands out the files of folders, { "/prefix/": folder }, on a free port,
 * and an empty page at /. Pages are isolated, which makes their clocks exact;
 * what cache says goes into Cache-Control.
 */
export async function serve(folders, cache = "no-cache") {
  const server = createServer((request, response) => {
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    response.setHeader("cache-control", cache);
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    path === "/" ? page(response) : hand(response, fileOf(folders, path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

function page(response) {
  response.setHeader("content-type", types[".html"]);
  response.end('<!doctype html><title>empty</title><link rel="icon" href="data:,">');
}

function fileOf(folders, path) {
  const prefix = Object.keys(folders).find((prefix) => path.startsWith(prefix));
  return prefix === undefined ? undefined : join(folders[prefix], path.slice(prefix.length));
}

function hand(response, file) {
  if (file === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader("content-type", types[extname(file)] ?? "application/octet-stream");
  createReadStream(file).pipe(response);
}
