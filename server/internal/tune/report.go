package tune

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// String spells a rule as tables do.
func (r Rule) String() string {
	if r.Documents > 0 {
		return fmt.Sprintf("%d documents", r.Documents)
	}
	return fmt.Sprintf("score ≥ %.2f, %d to %d", r.Threshold, r.Floor, r.Cap)
}

// WriteTable writes all that was tried on sets, and what holds, for people.
func (r *Report) WriteTable(w io.Writer, sets []*Set) error {
	for _, s := range sets {
		fmt.Fprintf(w, "%s · %d queries · %s\n", s.Name, s.Queries, s.Digest[:len("sha256:")+12])
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "rule\tpairs a query\tndcg@10\tchange\tlow\thigh (%.4g %% each)\t\t\n", 100*r.Options.Confidence)
	row := func(name string, x Trial, note string) {
		fmt.Fprintf(t, "%s\t%.1f\t%.4f\t%+.4f\t%+.4f\t%+.4f\t%s\t\n", name, x.Scored, x.NDCG, x.Change.Mean, x.Change.Low, x.Change.High, note)
	}
	fmt.Fprintf(t, "everything\t%.1f\t%.4f\t–\t–\t–\t\t\n", r.Everything.Scored, r.Everything.NDCG)
	row("heuristics alone", r.Heuristic, "")
	for _, x := range r.Trials {
		row(x.Rule.String(), x, r.note(x))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s: %.1f pairs a query instead of %.1f, and with %.4g %% confidence a loss of at most %.4f (allowed: %.4g).\n"+
		"A loss that fewer than one query in %d has may have gone unseen: a bootstrap knows what it was shown.\n",
		r.Best.Rule, r.Best.Scored, r.Everything.Scored, 100*r.Options.Confidence, max(0, -r.Best.Change.Low), r.Options.Loss, rarest(sets))
	return err
}

// rarest is the rule of three: what one query in so many has is seen among all
// of them with 95 % confidence.
func rarest(sets []*Set) int {
	n := 0
	for _, s := range sets {
		n += s.Queries
	}
	return max(1, n/3)
}

func (r *Report) note(x Trial) string {
	switch {
	case x.Rule == r.Best.Rule:
		return "chosen"
	case x.Holds:
		return "holds"
	}
	return ""
}

// File is the report as a server uses it, without model and relevance scores.
// name "" is the names of the sets.
func (r *Report) File(name string, sets []*Set) *File {
	f := &File{Version: Version, Name: name, Rule: r.Best.Rule, Loss: Loss{
		Allowed: r.Options.Loss, Mean: 0 - r.Best.Change.Mean, Bound: 0 - r.Best.Change.Low,
		Confidence: r.Options.Confidence, Scored: r.Best.Scored,
	}}
	var names []string
	for _, s := range sets {
		f.Data, names = append(f.Data, s.Data), append(names, s.Name)
	}
	if f.Name == "" {
		f.Name = strings.Join(names, ", ")
	}
	return f
}
