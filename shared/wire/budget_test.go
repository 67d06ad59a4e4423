package wire

import (
	"errors"
	"sync"
	"testing"

	"github.com/splitrank/splitrank/shared/api"
)

func codeOf(err error) api.Code {
	var fault *api.Error
	if errors.As(err, &fault) {
		return fault.Code
	}
	return ""
}

func TestBudget(t *testing.T) {
	b := NewBudget(100)
	one, two := b.Open(), b.Open()
	for _, step := range []struct {
		name string
		do   func() error
		code api.Code
		held int64
	}{
		{"some", func() error { return one.Take(60) }, "", 60},
		{"more than is left", func() error { return two.Take(50) }, api.Overloaded, 60},
		{"what is left", func() error { return two.Take(40) }, "", 100},
		{"more than there is, in two steps", func() error { return one.Take(41) }, api.DocumentsTooLarge, 100},
		{"more than there is, at once", func() error { return b.Open().Take(101) }, api.DocumentsTooLarge, 100},
		{"nothing", func() error { return one.Take(0) }, "", 100},
		{"after some was given back", func() error { one.Give(20); return two.Take(20) }, "", 100},
	} {
		if err := step.do(); codeOf(err) != step.code || (err == nil) != (step.code == "") || b.Held() != step.held {
			t.Errorf("%s: error %v, %d held", step.name, err, b.Held())
		}
	}
	one.Close()
	one.Close()
	two.Close()
	if b.Held() != 0 {
		t.Errorf("%d held after all", b.Held())
	}
}

func TestBudgetTogether(t *testing.T) {
	b := NewBudget(1000)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range 200 {
				a := b.Open()
				for a.Take(37) == nil {
					if held := b.Held(); held > 1000+64*37 { // what is being refused counts for a moment
						t.Errorf("%d held", held)
					}
				}
				a.Close()
			}
		})
	}
	wg.Wait()
	if b.Held() != 0 {
		t.Errorf("%d held after all", b.Held())
	}
}
