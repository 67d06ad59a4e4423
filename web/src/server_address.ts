import { outOfRange } from "./checks.js";

/** serverAddress is where requests to the server at url go. It throws where that is no address, or cannot be a server's: see RATIONALE: why-an-address-is-checked-at-once. */
export function serverAddress(url: string | URL): URL {
  try {
    const address = new URL(url, globalThis.location?.href);
    address.hash = "";
    address.pathname = address.pathname.replace(/(\/rerank)?\/*$/, "/rerank");
    // No other scheme, no password, and no path of another service's shape.
    if (/^https?:\/\/[^@/]+\/(?!v\d\/r)/.test(address.href)) {
      return address;
    }
  } catch {
    // no address at all
  }
  throw outOfRange("url", "not like https://example.com (no user, no /v1)");
}
