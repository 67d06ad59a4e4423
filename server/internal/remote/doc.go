// Package remote asks other processes for the scores of a model. It has what all
// their protocols share: the configuration, the choice among several backends, the
// bounds of a call, and what is known of a backend.
//
// What a Pool promises:
//
//   - A call goes to the backend with the fewest in flight, of those that are ready.
//   - It is tried once, and once more on another backend where the first one cannot be
//     reached, fails, or is later than nearly all calls are. There is no third try.
//   - A backend that is overloaded (429, 503) is left alone for a moment and the call
//     is not tried again: more load makes no backend less loaded.
//   - No answer is read beyond what the call can have, and none beyond its deadline.
//   - A score is never told of a version of the model that it was not made by: see
//     Pool.Version and Pool.Epoch.
//
// See RATIONALE.md beside it.
package remote
