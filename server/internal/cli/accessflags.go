package cli

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/splitrank/splitrank/server/internal/limitedfile"
	"github.com/splitrank/splitrank/shared/wire"
)

// accessFlags say who may call.
type accessFlags struct {
	APIKeys        wordList `name:"api-keys" secret:"" placeholder:"KEY" help:"Keys that callers show as Authorization: Bearer KEY. Prefer the environment: other users of a machine see command lines. The page, /healthz and /readyz stay open, /metrics does not. Set and empty is an error (default: open to everybody)."`
	APIKeysFile    keyFile  `name:"api-keys-file" placeholder:"FILE" help:"More keys, one a line: KEY, or NAME KEY; a key may be given as sha256:HEX. SIGHUP reads it again: what is gone from it is revoked (default: none)."`
	TrustedProxies wordList `name:"trusted-proxies" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For names the client, as networks such as 10.0.0.0/8; the log has the client's address (default: none, the connection's own)."`
	CORSOrigins    wordList `name:"cors-origins" placeholder:"URL" help:"Web origins whose pages may call: https://app.example.com, one * allowed in each, or * for all (default: this server's own page only)."`
}

const (
	envAPIKeys     = "SPLITRANK_API_KEYS"
	envCORSOrigins = "SPLITRANK_CORS_ORIGINS"
)

// Validate refuses what would open the server by mistake.
func (f accessFlags) Validate() error {
	if err := f.APIKeysFile.check("--api-keys-file", "SPLITRANK_API_KEYS_FILE"); err != nil {
		return err
	}
	if unknown := wire.UnknownKeySettings(environment(), keySettings()); len(unknown) > 0 {
		return fmt.Errorf("%s is set and nothing reads it: keys are read from %s", strings.Join(unknown, ", "), envAPIKeys)
	}
	if _, err := f.keys(); err != nil {
		return err
	}
	if _, err := f.origins(); err != nil {
		return err
	}
	_, err := f.proxies()
	return err
}

// keySettings are the variables with a key in their name that somebody reads;
// the edge's are among them, which is often started from the same shell.
func keySettings() []string {
	return []string{envAPIKeys, "SPLITRANK_API_KEYS_FILE", "SPLITRANK_CACHE_BY_KEY", envQueryIDKey, "SPLITRANK_ORIGIN_KEY", envLLMKey, "SPLITRANK_LLM_KEY_FILE"}
}

func isSet(variable string) bool {
	_, ok := os.LookupEnv(variable)
	return ok
}

func environment() (names []string) {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	return names
}

// keys in plain text; nil = open to everybody.
func (f accessFlags) keys() ([]string, error) {
	if f.APIKeys == nil {
		return nil, nil
	}
	return wire.KeyList("--api-keys ("+envAPIKeys+")", f.APIKeys.joined())
}

// fileKeys are those of the file, nil where there is none. An error quotes no key.
func (f accessFlags) fileKeys() (wire.Keys, error) {
	if f.APIKeysFile == "" {
		return nil, nil
	}
	const most = 16 << 20
	data, err := limitedfile.Read(string(f.APIKeysFile), most)
	if err != nil {
		return nil, fmt.Errorf("reading API keys: %w", err)
	}
	keys, err := wire.ReadKeys(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("reading API keys from %q: %w", f.APIKeysFile, err)
	}
	return keys, nil
}

// allKeys are those of the flag and of the file.
func (f accessFlags) allKeys() (wire.Keys, error) {
	plain, err := f.keys()
	if err != nil {
		return nil, err
	}
	keys, err := wire.NewKeys(plain)
	if err != nil {
		return nil, err
	}
	more, err := f.fileKeys()
	return append(keys, more...), err
}

func (f accessFlags) proxies() (wire.Proxies, error) {
	if f.TrustedProxies == nil {
		return nil, nil
	}
	var list []string
	for _, word := range strings.Split(f.TrustedProxies.joined(), ",") {
		list = append(list, strings.TrimSpace(word))
	}
	proxies, err := wire.ParseProxies(list)
	if err != nil {
		return nil, fmt.Errorf("--trusted-proxies: %w", err)
	}
	return proxies, nil
}

func (f accessFlags) origins() ([]string, error) {
	return wire.OriginList("--cors-origins ("+envCORSOrigins+")", f.CORSOrigins.joined())
}

// wordList is a list of words between commas as it was given: kong's own lists
// lose what is empty. nil = not set.
type wordList []string

// Decode implements kong.MapperValue.
func (l *wordList) Decode(ctx *kong.DecodeContext) error {
	var value string
	if err := ctx.Scan.PopValueInto("list", &value); err != nil {
		return err
	}
	*l = append(*l, value)
	return nil
}

func (l wordList) joined() string { return strings.Join(l, ",") }

// warnOpen says where everybody may reach a server without keys, and what to do.
func warnOpen(log *slog.Logger, a net.Addr, keys int) {
	if keys > 0 || isLoopback(a) {
		return
	}
	log.Warn("no API keys are set: everybody who reaches this address may use the server. Set "+envAPIKeys+", or listen to this machine alone with --addr 127.0.0.1:8000",
		slog.String("addr", a.String()))
}

func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
