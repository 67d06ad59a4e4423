//go:build cgo && (linux || darwin)

#include "plugin.h"

#include <dlfcn.h>
#include <string.h>

typedef struct {
	const void *(*get_api)(uint32_t version);
	const char *(*version)(void);
} api_base;

#define FUNCTION(api, place, result, ...) ((result(*)(__VA_ARGS__))((void *const *)(api))[place])

const void *plugin_api(const char *library, uint32_t version) {
	void *loaded = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
	if (loaded == NULL) return NULL;
	const api_base *(*base)(void) = (const api_base *(*)(void))dlsym(loaded, "OrtGetApiBase");
	const void *api = base == NULL ? NULL : base()->get_api(version);
	dlclose(loaded); // the one reference that this took
	return api;
}

void *plugin_env(const void *api, void **env) {
	const int errors = 3;
	return FUNCTION(api, PLACE_CREATE_ENV, void *, int, const char *, void **)(errors, "splitrank", env);
}

void plugin_release_env(const void *api, void *env) { FUNCTION(api, PLACE_RELEASE_ENV, void, void *)(env); }

void *plugin_devices(const void *api, const void *env, const void *const **devices, size_t *n) {
	return FUNCTION(api, PLACE_GET_EP_DEVICES, void *, const void *, const void *const **, size_t *)(env, devices, n);
}

const char *plugin_device_provider(const void *api, const void *device) {
	return FUNCTION(api, PLACE_EP_NAME, const char *, const void *)(device);
}

int plugin_device_kind(const void *api, const void *device) {
	const void *hardware = FUNCTION(api, PLACE_EP_DEVICE, const void *, const void *)(device);
	return FUNCTION(api, PLACE_HARDWARE_DEVICE_TYPE, int, const void *)(hardware);
}

void *plugin_append(const void *api, void *env, void *options, const void *device) {
	return FUNCTION(api, PLACE_APPEND_EXECUTION_PROVIDER_V2, void *, void *, void *, const void *const *, size_t, const char *const *,
		const char *const *, size_t)(options, env, &device, 1, NULL, NULL, 0);
}

static void *assigned_part(const void *api, const void *part, const char **to, size_t *n) {
	const void *const *list;
	void *status = FUNCTION(api, PLACE_ASSIGNED_TO, void *, const void *, const char **)(part, to);
	if (status != NULL) return status;
	return FUNCTION(api, PLACE_ASSIGNED_NODES, void *, const void *, const void *const **, size_t *)(part, &list, n);
}

void *plugin_assigned(const void *api, const void *session, const char *provider, size_t *taken, size_t *nodes) {
	const void *const *parts;
	size_t n = 0;
	void *status = FUNCTION(api, PLACE_ASSIGNMENT, void *, const void *, const void *const **, size_t *)(session, &parts, &n);
	for (size_t i = 0; status == NULL && i < n; i++) {
		const char *to;
		size_t here = 0;
		if ((status = assigned_part(api, parts[i], &to, &here)) != NULL) break;
		*nodes += here;
		if (strcmp(to, provider) == 0) *taken += here;
	}
	return status;
}

const char *plugin_message(const void *api, const void *status) {
	return FUNCTION(api, PLACE_GET_ERROR_MESSAGE, const char *, const void *)(status);
}

void plugin_release_status(const void *api, void *status) { FUNCTION(api, PLACE_RELEASE_STATUS, void, void *)(status); }
