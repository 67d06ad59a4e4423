// Package maxsim keeps the vectors of a text in few bytes and compares a query
// with texts kept so: the cosine of their means, and MaxSim over their tokens
// (Khattab and Zaharia 2020). It knows no model and reads no file.
//
// A Layout says how vectors are made small. Encode writes the kept form of a
// document, Check tells whether bytes are one, Query prepares a question and
// Compare gives both similarities.
//
// A comparison has the same bits on every processor and in every kernel: dot
// products are sums of integers, which are exact in any order, and what follows
// is a fixed sequence of IEEE 754 operations, none of them fused:
// see RATIONALE: why-similarities-are-exact
package maxsim
