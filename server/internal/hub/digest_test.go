package hub

import (
	"strings"
	"testing"
)

func TestParseDigest(t *testing.T) {
	git, sha := "ce013625030ba8dba906f756967f9e9ca394464a", strings.Repeat("0a", 32)
	cases := map[string]string{
		`"` + git + `"`:                      git,
		`W/"` + git + `"`:                    git,
		git:                                  git,
		` "` + strings.ToUpper(sha) + `"`:    sha,
		``:                                   "",
		`""`:                                 "",
		`"` + git + `-gzip"`:                 "",
		`"5d41402abc4b2a76b9719d911017c592"`: "", // an MD5, as storage gives
		`"` + strings.Repeat("x", 64) + `"`:  "",
		`"../` + git[3:] + `"`:               "",
	}
	for tag, want := range cases {
		if got, ok := parseDigest(tag); ok != (want != "") || ok && string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", tag, got, ok, want)
		}
	}
}

// The figures are those of git hash-object and sha256sum.
func TestSumsAreThoseOfGitAndSHA256(t *testing.T) {
	cases := []struct{ content, git, sha256 string }{
		{"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"hello\n", "ce013625030ba8dba906f756967f9e9ca394464a", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"},
	}
	for _, c := range cases {
		for _, like := range []string{c.git, c.sha256} {
			s, err := sumOf(strings.NewReader(c.content), Digest(like), int64(len(c.content)))
			if err != nil || string(s.found()) != like || s.recorded() != c.sha256 {
				t.Errorf("%q like %s: got %v and %s, %v", c.content, like, s.found(), s.recorded(), err)
			}
		}
	}
}
