package evaluation

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSources(t *testing.T) {
	tree := map[string]string{"cases.jsonl": "", "elsewhere.trec": runText, "notes/readme": "", "bare/queries.jsonl": ""}
	for _, folder := range []string{"one", "two"} {
		for name, text := range beir() {
			tree[folder+"/"+name] = text
		}
	}
	tree["two/run.y.trec.gz"] = ""
	dir := files(t, tree)
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	tests := []struct {
		name      string
		data      []string
		grades    []string
		base      Source
		want      []string // folder, run, grade
		wantError string
	}{
		{name: "one folder", data: []string{at("one")}, want: []string{"one  0"}},
		{name: "one folder and a run from elsewhere", data: []string{at("one")}, base: Source{Run: at("elsewhere.trec")}, want: []string{"one elsewhere.trec 0"}},
		{name: "a run named by its file", data: []string{at("two") + "=run.y.trec.gz"}, want: []string{"two two/run.y.trec.gz 0"}},
		{name: "a run named by its name", data: []string{at("two") + "=x"}, want: []string{"two two/run.x.trec 0"}},
		{name: "cases", data: []string{at("cases.jsonl")}, want: []string{"cases.jsonl  0"}},
		{
			name: "a folder of folders stands for every run", data: []string{dir}, grades: []string{"1", "two=2"},
			want: []string{"one one/run.x.trec 1", "two two/run.x.trec 2", "two two/run.y.trec.gz 2"},
		},
		{name: "several", data: []string{at("two") + "=x", at("one")}, grades: []string{"3"}, want: []string{"two two/run.x.trec 3", "one  3"}},
		{name: "none", wantError: "--data"},
		{name: "not there", data: []string{at("three")}, wantError: "three"},
		{name: "not a collection", data: []string{at("notes")}, wantError: "notes|queries.jsonl"},
		{name: "one run for several", data: []string{at("one"), at("two")}, base: Source{Run: at("elsewhere.trec")}, wantError: "--run|several"},
		{name: "one run for a folder of folders", data: []string{dir}, base: Source{Run: at("elsewhere.trec")}, wantError: "--run|several"},
		{name: "two runs for one", data: []string{at("one") + "=x"}, base: Source{Run: at("elsewhere.trec")}, wantError: "two runs"},
		{name: "grade of nothing", data: []string{at("one")}, grades: []string{"two=2"}, wantError: `--min-grade "two=2"|no collection`},
		{name: "grade zero", data: []string{at("one")}, grades: []string{"0"}, wantError: `--min-grade "0"|1 or more`},
		{name: "grade that is no number", data: []string{at("one")}, grades: []string{"high"}, wantError: `--min-grade "high"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sources, err := Sources(test.data, test.grades, test.base)
			if test.wantError != "" {
				wantError(t, err, test.wantError)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range sources {
				got = append(got, fmt.Sprintf("%s %s %d", relative(dir, s.Data), relative(dir, s.Run), s.MinGrade))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func relative(dir, path string) string {
	if r, err := filepath.Rel(dir, path); err == nil && path != "" {
		return filepath.ToSlash(r)
	}
	return path
}

// A path may contain "=" itself.
func TestSourceWithEqualsSign(t *testing.T) {
	tree := map[string]string{}
	for name, text := range beir() {
		tree["k=60/"+name] = text
	}
	data := filepath.Join(files(t, tree), "k=60")
	sources, err := Sources([]string{data}, nil, Source{})
	if err != nil || len(sources) != 1 || sources[0].Data != data {
		t.Errorf("got %v, %v", sources, err)
	}
}
