package wire

import (
	"strconv"
	"sync/atomic"

	"github.com/splitrank/splitrank/shared/api"
)

// Budget is the memory that the requests in flight and their answers may take
// together, in bytes. Make one with NewBudget. It is safe for concurrent use.
type Budget struct {
	most int64
	held atomic.Int64
}

// NewBudget of so many bytes.
func NewBudget(most int64) *Budget { return &Budget{most: most} }

// Held is what is taken now.
func (b *Budget) Held() int64 { return b.held.Load() }

// Open an account for one request.
func (b *Budget) Open() *Account { return &Account{budget: b} }

// Account is one request's part of a Budget. One goroutine at a time uses it.
type Account struct {
	budget *Budget
	taken  int64
}

// Take so many bytes more, before they are allocated. The error is an
// *api.Error: 429 where others hold too much for now, 413 where this request
// alone would take more than there is, which waiting does not mend.
func (a *Account) Take(n int64) error {
	if a.taken+n > a.budget.most {
		return &api.Error{Code: api.DocumentsTooLarge, Field: "documents", Message: "the request and its answer may take " +
			strconv.FormatInt(a.taken+n, 10) + " bytes of memory, and there are " + strconv.FormatInt(a.budget.most, 10) +
			" for all requests together: send fewer or shorter documents, or leave out explain and diversity"}
	}
	if a.budget.held.Add(n) > a.budget.most {
		a.budget.held.Add(-n)
		return api.NewError(api.Overloaded, "there is no memory for another request now: try again later")
	}
	a.taken += n
	return nil
}

// Give so many bytes back.
func (a *Account) Give(n int64) {
	a.taken -= n
	a.budget.held.Add(-n)
}

// Close gives everything back. It may be called twice.
func (a *Account) Close() { a.Give(a.taken) }
