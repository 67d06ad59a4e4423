package batch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// somePairs is an error of single pairs.
type somePairs []int

func (e somePairs) Error() string { return fmt.Sprintf("no score for %v", []int(e)) }
func (e somePairs) Pairs() []int  { return e }

// The fault of a pair is its request's, not that of a request in the same batch.
func TestFaults(t *testing.T) {
	broken := errors.New("out of order")
	bad := func(pairs []pair) []int {
		var at []int
		for i, p := range pairs {
			if p.id == 11 {
				at = append(at, i)
			}
		}
		return at
	}
	tests := []struct {
		name    string
		fail    func(pairs []pair) ([]float32, error)
		mine    string
		other   string
		batches int
	}{
		{"one pair", func(pairs []pair) ([]float32, error) {
			if at := bad(pairs); at != nil {
				return values(pairs), somePairs(at)
			}
			return values(pairs), nil
		}, "scoring pair 1: no score for ", "<nil>", 2},
		{"one pair, wrapped", func(pairs []pair) ([]float32, error) {
			if at := bad(pairs); at != nil {
				return values(pairs), fmt.Errorf("running: %w", somePairs(at))
			}
			return values(pairs), nil
		}, "scoring pair 1: running: no score for ", "<nil>", 2},
		{"a whole batch because of one", func(pairs []pair) ([]float32, error) {
			if bad(pairs) != nil {
				return nil, broken
			}
			return values(pairs), nil
		}, "out of order", "<nil>", 4},
		{"a panic because of one", func(pairs []pair) ([]float32, error) {
			if bad(pairs) != nil {
				panic("out of range")
			}
			return values(pairs), nil
		}, "the model panicked: out of range", "<nil>", 4},
		{"too few scores because of one", func(pairs []pair) ([]float32, error) {
			return values(pairs)[len(bad(pairs)):], nil
		}, "the model gave 1 scores for 2 pairs", "<nil>", 4},
		{"always", func(pairs []pair) ([]float32, error) {
			if pairs[0].id == 0 {
				return values(pairs), nil
			}
			return nil, broken
		}, "out of order", "out of order", 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &fake{speed: time.Microsecond, fail: tt.fail}
				q := queue(t, m, Options{})
				before := cancelled(t, q, t.Context(), equal(0, 1, 100))
				mine := cancelled(t, q, t.Context(), equal(10, 2, 100))
				other := cancelled(t, q, t.Context(), equal(20, 2, 100))
				if err := <-before; err != nil {
					t.Error(err)
				}
				got, others := fmt.Sprint(<-mine), fmt.Sprint(<-other)
				if !strings.HasPrefix(got, tt.mine) || others != tt.other {
					t.Errorf("errors %q and %q, want %q and %q", got, others, tt.mine, tt.other)
				}
				synctest.Wait()
				if len(m.batches) != tt.batches {
					t.Errorf("%d batches, want %d", len(m.batches), tt.batches)
				}
				wantEmpty(t, q)
			})
		})
	}
}

func TestRequestError(t *testing.T) {
	q := queue(t, &fake{fail: func(pairs []pair) ([]float32, error) { return values(pairs), somePairs{0} }}, Options{})
	_, err := scoreAll(q, t.Context(), equal(0, 3, 10))
	var r *RequestError
	var p somePairs
	if !errors.As(err, &r) || r.Pair != 0 || !errors.As(err, &p) || !slices.Equal(p, somePairs{0}) {
		t.Errorf("error %#v, want one about pair 0 with the model's inside", err)
	}
}
