package docs

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// contents is the page that lists all decisions; each lies in a page called
// rationale, in the folder of what it shaped, under a heading "Why …".
const (
	contents  = "RATIONALE.md"
	rationale = "RATIONALE.md"
	decision  = "Why "
)

// self is this folder: its tests cite decisions that there are not.
const self = "shared/docs/"

// cited is the one form in which code cites a decision: the anchor of its
// heading, in one line. Code may also name the page, RATIONALE.md.
var (
	cited     = regexp.MustCompile(`\b[Ss]ee RATIONALE: (why-[a-z0-9_-]+)`)
	mentioned = regexp.MustCompile(`\bRATIONALE(\b[^.]|\.\s|\.?$)`)
)

// brokenLinks are the relative links of all pages that lead nowhere.
func (t tree) brokenLinks() (faults []string) {
	for name, page := range t.pages {
		targets, lines := links(page)
		for i, target := range targets {
			if problem := t.follow(name, target); problem != "" {
				faults = append(faults, fmt.Sprintf("%s:%d: link %q: %s", name, lines[i], target, problem))
			}
		}
	}
	return sorted(faults)
}

// follow says why a link of a page leads nowhere, "" where it does not.
func (t tree) follow(name, target string) string {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme != "" || u.Host != "":
		return "" // another place's
	case strings.HasPrefix(u.Path, "/"):
		return "begins with a slash: write it relative to the page"
	}
	to := name
	if u.Path != "" {
		to = path.Join(path.Dir(name), u.Path)
	}
	if _, err := fs.Stat(t.files, to); err != nil {
		return "there is no " + to
	}
	if u.Fragment != "" && !anchors(t.pages[to])[u.Fragment] {
		return to + " has no heading with this anchor"
	}
	return ""
}

// missingSources are the source files that pages name in code spans and that
// are not there. A name without its folders, or with the last of them, stands for
// any file that ends so; one with a placeholder in capitals or a * for none.
func (t tree) missingSources() (faults []string) {
	for name, page := range t.pages {
		for i, line := range prose(page) {
			for _, span := range codeSpan.FindAllString(line, -1) {
				file := strings.Trim(span, "`")
				if sourceName.MatchString(file) && !placeholder.MatchString(file) && !t.isSource(file) {
					faults = append(faults, fmt.Sprintf("%s:%d: there is no source file %s", name, i+1, file))
				}
			}
		}
	}
	return sorted(faults)
}

var (
	sourceName  = regexp.MustCompile(`^[\w./-]+\.(go|ts|mjs|py)$`)
	placeholder = regexp.MustCompile(`\b[A-Z]{2,}\b`)
)

func (t tree) isSource(end string) bool {
	for name := range t.code {
		if name == end || strings.HasSuffix(name, "/"+end) {
			return true
		}
	}
	return false
}

// decisions are the pages of all decisions, by anchor.
func (t tree) decisions() map[string][]string {
	found := map[string][]string{}
	for name, page := range t.pages {
		if path.Base(name) != rationale {
			continue
		}
		for _, h := range headings(page) {
			if strings.HasPrefix(h, decision) {
				found[anchor(h)] = append(found[anchor(h)], name)
			}
		}
	}
	return found
}

// unlisted are decisions that have their anchor from another one too, or that
// the contents do not link to exactly once.
func (t tree) unlisted() (faults []string) {
	listed := map[string]int{}
	targets, _ := links(t.pages[contents])
	for _, target := range targets {
		listed[strings.TrimPrefix(target, "#")]++
	}
	for a, pages := range t.decisions() {
		link := pages[0] + "#" + a
		if pages[0] == contents {
			link = a
		}
		switch {
		case len(pages) > 1:
			faults = append(faults, fmt.Sprintf("decision %q is in %s: an anchor names one", a, strings.Join(sorted(pages), " and ")))
		case listed[link] != 1:
			faults = append(faults, fmt.Sprintf("%s links to %s %d times: want once", contents, link, listed[link]))
		}
	}
	return sorted(faults)
}

// badCitations are the places in code that name RATIONALE in another form than
// cited, or a decision that there is not.
func (t tree) badCitations() (faults []string) {
	known := t.decisions()
	for name, text := range t.code {
		if strings.HasPrefix(name, self) {
			continue
		}
		for i, line := range strings.Split(text, "\n") {
			found := cited.FindAllStringSubmatch(line, -1)
			if len(found) != len(mentioned.FindAllString(line, -1)) {
				faults = append(faults, fmt.Sprintf("%s:%d: cite a decision as \"see RATIONALE: why-…\", in one line", name, i+1))
			}
			for _, m := range found {
				if a := strings.TrimRight(m[1], "-"); known[a] == nil {
					faults = append(faults, fmt.Sprintf("%s:%d: no RATIONALE.md has a heading with the anchor %q", name, i+1, a))
				}
			}
		}
	}
	return sorted(faults)
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
