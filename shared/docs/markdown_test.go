package docs

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

var (
	codeSpan = regexp.MustCompile("`[^`]*`")
	linkTo   = regexp.MustCompile(`\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)`)
	linkName = regexp.MustCompile(`^\s{0,3}\[[^\]]+\]:\s*<?([^\s>]+)`) // [name]: target
	heading  = regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*$`)
)

// prose is the lines of a page without its code: fenced blocks, which need not
// be balanced, and code spans.
func prose(page string) []string {
	lines, fence := strings.Split(page, "\n"), ""
	for i, line := range lines {
		mark := strings.TrimSpace(line)
		switch {
		case fence != "":
			if strings.HasPrefix(mark, fence) {
				fence = ""
			}
			lines[i] = ""
		case strings.HasPrefix(mark, "```"), strings.HasPrefix(mark, "~~~"):
			fence, lines[i] = mark[:3], ""
		}
	}
	return lines
}

// links are the targets of a page's links, each with its line's number.
func links(page string) (targets []string, lines []int) {
	for i, line := range prose(page) {
		line = codeSpan.ReplaceAllString(line, "`")
		for _, m := range append(linkTo.FindAllStringSubmatch(line, -1), linkName.FindAllStringSubmatch(line, -1)...) {
			targets, lines = append(targets, m[1]), append(lines, i+1)
		}
	}
	return targets, lines
}

// headings are the texts of a page's headings.
func headings(page string) (texts []string) {
	for _, line := range prose(page) {
		if m := heading.FindStringSubmatch(line); m != nil {
			texts = append(texts, m[1])
		}
	}
	return texts
}

// anchors are what GitHub makes of a page's headings: a second one of the same
// text gets -1, a third -2.
func anchors(page string) map[string]bool {
	all, seen := map[string]bool{}, map[string]int{}
	for _, text := range headings(page) {
		a := anchor(text)
		n := seen[a]
		seen[a]++
		if n > 0 {
			a = fmt.Sprintf("%s-%d", a, n)
		}
		all[a] = true
	}
	return all
}

// anchor keeps letters, digits, hyphens and underscores, in lower case, and makes
// spaces hyphens.
func anchor(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
