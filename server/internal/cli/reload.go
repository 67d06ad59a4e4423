package cli

import (
	"log/slog"

	"github.com/splitrank/splitrank/server/internal/httpapi"
)

// reloadKeys reads the file of keys again at every SIGHUP, until stop is called.
// One that cannot be read changes nothing.
func (f accessFlags) reloadKeys(server *httpapi.Server, log *slog.Logger) (stop func()) {
	if f.APIKeysFile == "" {
		return func() {}
	}
	return onHangup(func() {
		keys, err := f.allKeys()
		if err == nil {
			err = server.SetKeys(keys)
		}
		if err != nil {
			log.Error("the API keys stay as they were", slog.String("error", err.Error()))
			return
		}
		log.Info("API keys were read again", slog.Int("keys", len(keys)))
	})
}
