// Package docs holds the rules of the documentation as one test: links and
// anchors resolve, every decision is in the contents, and what code cites
// exists. It has no code of its own to import.
package docs
