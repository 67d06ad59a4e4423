package hub

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Config says where the hub and the cache are. Zero fields have the defaults
// named beside them.
type Config struct {
	// Cache is the folder that holds models--ORG--NAME. Required.
	Cache string
	// Endpoint of the hub, http or https. Default https://huggingface.co.
	Endpoint string
	// Token shown to the endpoint, and to no other host. "" = none.
	Token string
	// Offline switches the network off: what is not on disk is an error.
	Offline bool
	// Builtin are the files of the built-in models, by the ID
	// of the catalogue.
	Builtin map[string]fs.FS
	// UserAgent of the requests. Default "splitrank".
	UserAgent string

	// Tries is how often in a row a request may fail for a passing reason;
	// a download that gets on starts counting anew. Default 5.
	Tries int
	// MinWait and MaxWait bound the pause before another try, which doubles
	// each time. A hub that asks for a longer one is not waited for.
	// Defaults 500 ms and 2 min.
	MinWait, MaxWait time.Duration
	// Stall is how long a response may stay silent, before its headers and
	// within its body. Default 30 s.
	Stall time.Duration
	// MaxBytes bounds the files of one pull together. Default 8 GB.
	MaxBytes int64
}

const defaultEndpoint = "https://huggingface.co"

// FromEnv reads the variables that Hugging Face's own tools read, and
// SPLITRANK_CACHE_DIR, which wins over HF_HUB_CACHE and HF_HOME. The proxy
// variables are read by net/http.
func FromEnv(getenv func(string) string) (Config, error) {
	home, err := hfHome(getenv)
	if err != nil {
		return Config{}, err
	}
	return Config{
		Cache:    cmp.Or(getenv("SPLITRANK_CACHE_DIR"), getenv("HF_HUB_CACHE"), filepath.Join(home, "hub")),
		Endpoint: getenv("HF_ENDPOINT"),
		Token:    token(getenv, home),
		Offline:  truthy(getenv("HF_HUB_OFFLINE")),
	}, nil
}

// hfHome is ~/.cache/huggingface unless HF_HOME or XDG_CACHE_HOME say otherwise,
// on every system, as in Python.
func hfHome(getenv func(string) string) (string, error) {
	if home := getenv("HF_HOME"); home != "" {
		return home, nil
	}
	if cache := getenv("XDG_CACHE_HOME"); cache != "" {
		return filepath.Join(cache, "huggingface"), nil
	}
	home := cmp.Or(getenv("HOME"), getenv("USERPROFILE"))
	if home == "" {
		return "", errors.New("finding the model cache: none of HF_HOME, XDG_CACHE_HOME and HOME is set")
	}
	return filepath.Join(home, ".cache", "huggingface"), nil
}

// token is HF_TOKEN or what `hf auth login` has stored.
func token(getenv func(string) string, home string) string {
	if t := cmp.Or(getenv("HF_TOKEN"), getenv("HUGGING_FACE_HUB_TOKEN")); t != "" {
		return strings.TrimSpace(t)
	}
	// A file that cannot be read is as good as none: the hub will say 401.
	stored, _ := os.ReadFile(cmp.Or(getenv("HF_TOKEN_PATH"), filepath.Join(home, "token")))
	return strings.TrimSpace(string(stored))
}

// truthy follows huggingface_hub: 1, on, yes and true, in any case.
func truthy(s string) bool {
	switch strings.ToLower(s) {
	case "1", "on", "yes", "true":
		return true
	}
	return false
}

func (c Config) withDefaults() Config {
	c.Endpoint = strings.TrimRight(cmp.Or(c.Endpoint, defaultEndpoint), "/")
	c.UserAgent = cmp.Or(c.UserAgent, "splitrank")
	c.Tries = cmp.Or(c.Tries, 5)
	c.MinWait = cmp.Or(c.MinWait, 500*time.Millisecond)
	c.MaxWait = cmp.Or(c.MaxWait, 2*time.Minute)
	c.Stall = cmp.Or(c.Stall, 30*time.Second)
	c.MaxBytes = cmp.Or(c.MaxBytes, 8*gb)
	return c
}

func (c Config) validate() error {
	if err := validEndpoint(c.Endpoint); err != nil {
		return err
	}
	switch {
	case c.Cache == "":
		return errors.New("opening the model cache: no folder is named")
	case c.Tries < 1 || c.MinWait < 0 || c.MaxWait < c.MinWait || c.Stall < 0 || c.MaxBytes < 0:
		return errors.New("configuring the hub: tries below 1, or a negative limit, or waits upside down")
	case !validToken(c.Token):
		return errors.New("reading HF_TOKEN: it has characters that no token has")
	}
	return nil
}

// validEndpoint does not repeat a password.
func validEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil {
		return errors.New("reading the hub's address (HF_ENDPOINT): want http(s)://HOST[/PATH]")
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" {
		return fmt.Errorf("reading the hub's address %q (HF_ENDPOINT): want http(s)://HOST[/PATH]", u.Redacted())
	}
	return nil
}

// validToken keeps a pasted line break out of a header. It does not repeat the token.
func validToken(token string) bool {
	return !strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Hub brings and finds models. It is safe for concurrent use, and several
// processes may share a cache.
type Hub struct {
	config Config
	http   *http.Client
	// free is the room on the disk of a folder, in bytes; a test gives another.
	free func(folder string) (int64, error)
}

// New returns a Hub. Nothing is read or asked before it is used.
func New(c Config) (*Hub, error) {
	c = c.withDefaults()
	if err := c.validate(); err != nil {
		return nil, err
	}
	return &Hub{config: c, http: newClient(c), free: freeSpace}, nil
}
