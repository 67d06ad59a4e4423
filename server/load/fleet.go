package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/splitrank/splitrank/server/internal/redistest"
	"github.com/splitrank/splitrank/shared/eval"
)

// Shares of what a fleet bears that it is given.
const (
	fleetShare   = 0.5
	fleetAtOnce  = 12 // requests in flight when the most is measured
	replicaCount = 3
)

// fleet is several servers with one Redis behind a balancer.
type fleet struct {
	load     *load
	redis    *redistest.Server // nil = none is installed
	balancer *balancer
	edge     *server   // the Worker before the balancer; nil = there is none
	models   [2]string // folders of the same name: what is served, and what replaces it
	mu       sync.Mutex
	replicas []*server
	began    time.Duration // of the last replica, until it was ready
}

// fleetRun measures a fleet: what it bears, one replica killed and one added under
// load, and another model rolled out replica by replica.
func fleetRun(ctx context.Context, l *load) (err error) {
	f, err := l.newFleet(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	for range replicaCount {
		if err := f.start(f.models[0]); err != nil {
			return err
		}
	}
	l.print("a fleet: %d servers, balancer, client, Redis (%v) and the edge in workerd (%v) on this machine; started in %.1f s each\n", replicaCount, f.redis != nil, f.edge != nil, f.began.Seconds())
	if err := f.bears(ctx); err != nil {
		return err
	}
	steady := f.fire(ctx, "steady", l.Requests/5, nil)
	changed := f.fire(ctx, "one killed, one added", l.Requests, map[int]func() error{
		l.Requests / 3:     f.kill,
		2 * l.Requests / 3: func() error { return f.start(f.models[0]) },
	})
	l.bar(changed.p99 <= 2*steady.p99, "p99 with one killed and one added %.0f ms, steady %.0f ms", changed.p99, steady.p99)
	return f.roll(ctx)
}

// newFleet makes the balancer, Redis and two models that differ by one in each logit.
func (l *load) newFleet(ctx context.Context) (*fleet, error) {
	f := &fleet{load: l}
	var err error
	if f.redis, err = redistest.New(); errors.Is(err, exec.ErrNotFound) {
		l.print("there is no redis-server: replicas share nothing\n")
	} else if err != nil {
		return nil, err
	}
	if f.balancer, err = newBalancer(ctx); err != nil {
		return nil, err
	}
	if l.Edge {
		if f.edge, err = startEdge(f.balancer.url); err != nil {
			return nil, err
		}
	}
	f.models, err = l.twoModels()
	return f, err
}

// twoModels are folders of one name. The second is the first with another shift of
// its logits where it is a late-interaction model; a test gives its own two.
func (l *load) twoModels() ([2]string, error) {
	if l.OtherModel != "" {
		return [2]string{l.Model, l.OtherModel}, nil
	}
	dir, err := os.MkdirTemp("", "fleet")
	if err != nil {
		return [2]string{}, err
	}
	l.after = append(l.after, func() { os.RemoveAll(dir) })
	from := l.Model
	if info, err := os.Stat(from); err != nil || !info.IsDir() {
		from = filepath.Join("server", "model", l.Model) // of the source tree
	}
	var list [2]string
	for i, name := range []string{"before", "after"} {
		list[i] = filepath.Join(dir, name, filepath.Base(from))
		if err := os.CopyFS(list[i], os.DirFS(from)); err != nil {
			return list, fmt.Errorf("copying the model: %w", err)
		}
	}
	return list, shift(filepath.Join(list[1], "config.json"))
}

// shift the logits of a late-interaction model by one.
func shift(path string) error {
	var config map[string]any
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &config)
	}
	own, _ := config["splitrank"].(map[string]any)
	late, _ := own["late_interaction"].(map[string]any)
	if err == nil && late == nil {
		err = errors.New("it is no late-interaction model of this project")
	}
	if err != nil {
		return fmt.Errorf("making another model of %s: %w", path, err)
	}
	now, _ := late["shift"].(float64)
	late["shift"] = now + 1
	if text, err = json.MarshalIndent(config, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// start a replica of a model.
func (f *fleet) start(model string) error {
	began := time.Now()
	args := []string{"--model", model, "--threads", "1"}
	if f.redis != nil {
		args = append(args, "--cache-redis", f.redis.URL())
	}
	s, err := f.load.start(args...)
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.replicas = append(f.replicas, s)
	f.began = time.Since(began)
	f.mu.Unlock()
	f.balancer.add(s.url)
	return nil
}

// first takes the oldest replica out of the list.
func (f *fleet) first() *server {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.replicas[0]
	f.replicas = f.replicas[1:]
	return s
}

// kill the oldest replica without a warning.
func (f *fleet) kill() error {
	s := f.first()
	err := s.process.Process.Kill()
	<-s.ended
	return err
}

// replace the oldest replica by one of another model: the new one first.
func (f *fleet) replace() error {
	if err := f.start(f.models[1]); err != nil {
		return err
	}
	s := f.first()
	f.balancer.remove(s.url)
	return s.stop() // which answers what it was asked
}

func (f *fleet) close() error {
	var all []error
	if f.edge != nil {
		all = append(all, f.edge.stop())
	}
	f.balancer.close()
	for _, s := range f.replicas {
		all = append(all, s.stop())
	}
	if f.redis != nil {
		f.redis.Close()
	}
	for _, after := range f.load.after {
		after()
	}
	return errors.Join(all...)
}

// front is what is fired at: the Worker, or else the balancer.
func (f *fleet) front() *server {
	if f.edge != nil {
		return f.edge
	}
	return &server{url: f.balancer.url}
}

// next question; every third one asks something that no cache knows.
func (f *fleet) next(i int) shot {
	if i%3 == 0 {
		return f.load.traffic.askAnew(i, i, nil)
	}
	return f.load.traffic.ask(i, nil)
}

// bears measures what the fleet bears, with all documents known.
func (f *fleet) bears(ctx context.Context) error {
	all := len(f.load.traffic.questions)
	f.front().limited(ctx, 0, all, fleetAtOnce, func(i int) shot { return f.load.traffic.ask(i, nil) })
	began := time.Now()
	list := f.front().limited(ctx, 0, max(f.load.Requests/10, 60), fleetAtOnce, f.next)
	f.load.rate = float64(len(list)) / time.Since(began).Seconds()
	f.load.print("with %d in flight: %.0f requests of %d documents a second, p50 %.0f ms\n", fleetAtOnce, f.load.rate, candidates, eval.Percentile(latencies(list), 0.5))
	if len(list) == 0 {
		return errors.New("there were no answers")
	}
	return nil
}

// fleetResult of one phase.
type fleetResult struct{ p50, p99 float64 }

// shoot so many requests at half of what the fleet bears, with something done when some
// of them are sent, one thing after the other.
func (f *fleet) shoot(ctx context.Context, n int, next func(i int) shot, do map[int]func() error) (list []answer, err error) {
	f.balancer.forget()
	var doing sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	list = f.front().limited(ctx, f.load.rate*fleetShare, n, 0, func(i int) shot {
		if what := do[i]; what != nil {
			doing.Go(func() {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, what())
			})
		}
		return next(i)
	})
	doing.Wait()
	return list, errors.Join(errs...)
}

// fire is a phase: of its requests none may be lost or answered twice.
func (f *fleet) fire(ctx context.Context, name string, n int, do map[int]func() error) fleetResult {
	list, err := f.shoot(ctx, n, f.next, do)
	lost, degraded, reasons := 0, 0, map[string]int{}
	for _, a := range list {
		switch {
		case a.code != 200:
			lost++
			reasons[fmt.Sprint(a.code, " ", a.fault)]++
		case a.Degraded:
			degraded++
		}
	}
	r := fleetResult{eval.Percentile(latencies(list), 0.5), eval.Percentile(latencies(list), 0.99)}
	f.load.print("%s: %d requests at %.0f a second, p50 %.0f ms, p99 %.0f ms; %d asked again elsewhere, %d degraded\n",
		name, len(list), f.load.rate*fleetShare, r.p50, r.p99, f.balancer.retried, degraded)
	if lost > 0 {
		f.load.print("  lost, by status: %v\n", reasons)
	}
	f.load.bar(len(list) == n && lost == 0 && f.balancer.twice() == 0 && err == nil,
		"%s: %d of %d answered, %d lost, %d answered twice%s", name, len(list)-lost, n, lost, f.balancer.twice(), said(err))
	return r
}

func said(err error) string {
	if err != nil {
		return ", " + err.Error()
	}
	return ""
}

// roll another model out, replica by replica, and look whether an answer mixes the
// logits of both.
func (f *fleet) roll(ctx context.Context) error {
	n := max(f.load.Requests/5, 60)
	do := map[int]func() error{}
	for i := range replicaCount {
		do[(i+1)*n/(replicaCount+1)] = f.replace
	}
	again := func(i int) shot { return f.load.traffic.ask(i, nil) }
	list, err := f.shoot(ctx, n, again, do)
	twice := f.balancer.twice()
	v := versions{}
	for _, a := range list {
		v.add(&a)
	}
	one := f.front().limited(ctx, 0, len(f.load.traffic.questions), 1, again)
	after := versions{}
	for _, a := range one {
		after.add(&a)
	}
	f.load.print("another model, replica by replica: %d requests, p99 %.0f ms; of %d questions %d were answered by two models in turn\n",
		len(list), eval.Percentile(latencies(list), 0.99), len(v.logits), v.both())
	f.load.bar(len(list) == n && v.lost == 0 && v.mixed() == 0 && twice == 0 && err == nil,
		"another model: %d lost, %d answered twice, %d answers with logits of neither model as a whole%s", v.lost, twice, v.mixed(), said(err))
	f.load.bar(after.lost == 0 && after.both() == 0 && v.covers(after), "afterwards every answer is the new model's")
	return nil
}

// versions are the answers to each question, told apart by their logits.
type versions struct {
	logits map[int][]map[int]float64 // by question: each set that came, by document
	lost   int
}

func (v *versions) add(a *answer) {
	if a.code != 200 || a.Degraded {
		v.lost++
		return
	}
	if v.logits == nil {
		v.logits = map[int][]map[int]float64{}
	}
	set := map[int]float64{}
	for _, r := range a.Results {
		if r.Logit != nil {
			set[r.Index] = *r.Logit
		}
	}
	for _, known := range v.logits[a.shot.question] {
		if alike(known, set) {
			return
		}
	}
	v.logits[a.shot.question] = append(v.logits[a.shot.question], set)
}

// alike reports that what both have scored has the same logits.
func alike(a, b map[int]float64) bool {
	for d, x := range a {
		if y, ok := b[d]; ok && (x-y > 1e-3 || y-x > 1e-3) {
			return false
		}
	}
	return true
}

// both counts the questions with answers of two models.
func (v *versions) both() (n int) {
	for _, sets := range v.logits {
		if len(sets) == 2 {
			n++
		}
	}
	return n
}

// mixed counts the answers that are of neither model.
func (v *versions) mixed() (n int) {
	for _, sets := range v.logits {
		n += max(len(sets)-2, 0)
	}
	return n
}

// covers reports that every answer of the others came before.
func (v *versions) covers(others versions) bool {
	for q, sets := range others.logits {
		for _, set := range sets {
			found := len(v.logits[q]) < 2 // it was asked too seldom to have met both
			for _, known := range v.logits[q] {
				found = found || alike(known, set)
			}
			if !found {
				return false
			}
		}
	}
	return true
}
