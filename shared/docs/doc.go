// Package docs holds the rules of the documentation as one test: links and
// anchors resolve, source files that pages name exist, every decision is in the
// contents, and what code cites exists. It has no code of its own to import.
package docs
