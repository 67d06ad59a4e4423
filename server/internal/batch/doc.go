// Package batch is the one queue in front of a model. Requests hand in pairs;
// the queue runs them in batches of about equal length, made of pairs of any
// requests, so that little of what the model computes is padding.
//
// It is fair: a request with two pairs does not wait for one with a thousand,
// because each batch is built around the request that has been served least. It
// is bounded: what does not fit is refused with an estimate of when to come
// again. And it computes for nobody in vain: a request that is cancelled or
// expires leaves the queue, and a running call that it shares with no other is
// stopped.
package batch
