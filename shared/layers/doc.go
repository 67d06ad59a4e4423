// Package layers holds the import rules of the house as one test: who may
// import whom, what may not be reachable from what runs in a browser, and what
// may not run at start-up. It has no code of its own to import.
// See RATIONALE: why-import-rules-are-a-test.
package layers
