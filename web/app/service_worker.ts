// Keeps the page, so that it works without its server. The build defines what
// it consists of, and a version that changes with any of it.
// See RATIONALE: why-a-service-worker-of-our-own.
declare const VERSION: string;
declare const FILES: readonly string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const name = `splitrank-${VERSION}`;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  if (isPage(event.request)) {
    event.respondWith(answer(event.request));
  }
});

/** install takes all files past the HTTP cache, so that none is of another version. */
async function install(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const others = (await caches.keys()).filter((key) => key.startsWith("splitrank-") && key !== name);
  await Promise.all(others.map((key) => caches.delete(key)));
  await worker.clients.claim();
}

/** isPage: the API is never answered from here. */
function isPage({ method, url }: Request): boolean {
  return method === "GET" && FILES.some((file) => new URL(file, worker.location.href).href === url.replace(/[?#].*$/, ""));
}

async function answer(request: Request): Promise<Response> {
  const kept = await (await caches.open(name)).match(request, { ignoreSearch: true, ignoreVary: true });
  return kept ?? fetch(request);
}

export {}; // a module, so that its names are its own
