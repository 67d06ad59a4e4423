// Package api is the wire format that the server and the edge gateway share:
// requests, answers and errors, how they are read, bounded, checked and written.
//
// It is pure (bytes in, values out; no HTTP, no log, no clock) and compiles for
// js/wasm. A body is read in one pass over its bytes, token by token, without
// reflection; reading stops at the first thing that is wrong, and the error says
// what, where and with which status it should be answered.
package api
