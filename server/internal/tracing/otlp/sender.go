package otlp

import (
	"context"
	"os"
	"strconv"
	"sync/atomic"

	"go.opentelemetry.io/otel/sdk/trace"
)

// Counts of spans. Their sum is the number of those that ended.
type Counts struct {
	Sent    int64 // taken by the collector
	Failed  int64 // not taken, after having been tried again
	Dropped int64 // of those that found too many waiting
	Waiting int64
}

// sender is the SDK's batch processor, with what it does not tell: how many spans were
// dropped, and that the collector does not answer. It never blocks.
type sender struct {
	trace.SpanProcessor // sends in batches
	exporter            trace.SpanExporter
	most                int64
	changed             func(error)
	away                bool // of the goroutine that exports

	sent, failed, dropped, waiting atomic.Int64
}

// newSender lets as many spans wait as OTEL_BSP_MAX_QUEUE_SIZE says.
func newSender(e trace.SpanExporter, changed func(error)) *sender {
	s := &sender{exporter: e, most: trace.DefaultMaxQueueSize, changed: changed}
	if n, err := strconv.ParseInt(os.Getenv("OTEL_BSP_MAX_QUEUE_SIZE"), 10, 32); err == nil && n > 0 {
		s.most = n
	}
	s.SpanProcessor = trace.NewBatchSpanProcessor(exporter{s}, trace.WithMaxQueueSize(int(s.most)))
	return s
}

// OnEnd implements trace.SpanProcessor.
func (s *sender) OnEnd(span trace.ReadOnlySpan) {
	if !span.SpanContext().IsSampled() {
		return
	}
	if s.waiting.Add(1) > s.most {
		s.waiting.Add(-1)
		s.dropped.Add(1)
		return
	}
	s.SpanProcessor.OnEnd(span)
}

func (s *sender) counts() Counts {
	return Counts{Sent: s.sent.Load(), Failed: s.failed.Load(), Dropped: s.dropped.Load(), Waiting: s.waiting.Load()}
}

// exporter counts what the sender's has done.
type exporter struct{ *sender }

// ExportSpans implements trace.SpanExporter. A failure is told once.
func (e exporter) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	err := e.exporter.ExportSpans(ctx, spans)
	n := int64(len(spans))
	if err != nil {
		e.failed.Add(n)
	} else {
		e.sent.Add(n)
	}
	e.waiting.Add(-n)
	if away := err != nil; away != e.away {
		e.away = away
		e.changed(err)
	}
	return nil
}

// Shutdown implements trace.SpanExporter.
func (e exporter) Shutdown(ctx context.Context) error { return e.exporter.Shutdown(ctx) }
