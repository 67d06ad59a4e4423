// Package faults holds tests that start the program and do to it what attackers,
// full machines and impatient operators do. Each ends within seconds, and takes
// its memory from small budgets.
package faults
