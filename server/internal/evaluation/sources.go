package evaluation

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Sources turns what a user names into the collections to measure.
//
// Each of data is a BEIR folder, a .jsonl file of cases, or a folder of BEIR
// folders, which stands for each of them with each of its runs. "DIR=RUN" picks
// the run of one folder. minGrade is "N" for all collections or "NAME=N" for
// the one of that name, repeated. base carries what all have in common; its
// Run applies only where there is a single collection.
func Sources(data, minGrade []string, base Source) ([]Source, error) {
	var sources []Source
	for _, d := range data {
		found, err := expand(d, base)
		if err != nil {
			return nil, fmt.Errorf("finding collections: %w", err)
		}
		sources = append(sources, found...)
	}
	if len(sources) == 0 {
		return nil, errors.New("finding collections: none named: use --data DIR")
	}
	if len(sources) > 1 && (base.Run != "" || base.Qrels != "" || base.Corpus != "") {
		return nil, errors.New("finding collections: --run, --qrels and --corpus belong to one collection, and there are several: use --data DIR=RUN")
	}
	return sources, setGrades(sources, minGrade)
}

func expand(data string, base Source) ([]Source, error) {
	dir, run, found := strings.Cut(data, "=")
	switch {
	case exists(data) && (isCases(data) || isBEIR(data)):
		return []Source{base.at(data, base.Run)}, nil
	case found && base.Run != "":
		return nil, fmt.Errorf("--data %s and --run %s name two runs", data, base.Run)
	case found:
		return []Source{base.at(dir, run)}, nil
	}
	return expandFolder(data, base)
}

// expandFolder finds every run of every BEIR folder inside a folder.
func expandFolder(folder string, base Source) ([]Source, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var sources []Source
	for _, e := range entries {
		sub := filepath.Join(folder, e.Name())
		if !isBEIR(sub) {
			continue
		}
		runs, err := runsOf(sub)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			sources = append(sources, base.at(sub, run))
		}
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("%s is neither a BEIR folder (it has no queries.jsonl) nor a folder of such with runs", folder)
	}
	if base.Run != "" {
		return nil, fmt.Errorf("--run belongs to one BEIR folder, and %s holds several", folder)
	}
	return sources, nil
}

// at is s for another place. A run that is not there as it is named is looked
// for inside the folder.
func (s Source) at(dir, run string) Source {
	s.Data, s.Run = dir, run
	if run == "" || exists(run) {
		return s
	}
	for _, inside := range []string{run, "run." + run + ".trec"} {
		if path := filepath.Join(dir, inside); exists(path) {
			s.Run = path
		}
	}
	return s
}

func isBEIR(dir string) bool {
	return exists(filepath.Join(dir, "queries.jsonl")) || exists(filepath.Join(dir, "queries.jsonl.gz"))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func setGrades(sources []Source, minGrade []string) error {
	for _, g := range minGrade {
		name, number, named := strings.Cut(g, "=")
		if !named {
			name, number = "", g
		}
		grade, err := strconv.Atoi(number)
		if err != nil || grade < 1 {
			return fmt.Errorf("reading --min-grade %q: want a grade of 1 or more, or NAME=GRADE", g)
		}
		if !setGrade(sources, name, grade) {
			return fmt.Errorf("reading --min-grade %q: no collection is named %q", g, name)
		}
	}
	return nil
}

// setGrade sets the grade of the collections of that name, all for "".
func setGrade(sources []Source, name string, grade int) (any bool) {
	for i := range sources {
		if name == "" || dataName(sources[i].Data) == name {
			sources[i].MinGrade, any = grade, true
		}
	}
	return any
}
