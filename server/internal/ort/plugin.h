// What ONNX Runtime's C API has for plugin execution providers. Pointers of the API
// stay at their places for ever; places_test.go holds these to the header.
// See RATIONALE: why-plugins-have-a-shim-of-c.
#include <stddef.h>
#include <stdint.h>

enum {
	PLACE_GET_ERROR_MESSAGE = 2,
	PLACE_CREATE_ENV = 3,
	PLACE_RELEASE_ENV = 92,
	PLACE_RELEASE_STATUS = 93,
	PLACE_GET_EP_DEVICES = 303,
	PLACE_APPEND_EXECUTION_PROVIDER_V2 = 304,
	PLACE_HARDWARE_DEVICE_TYPE = 307,
	PLACE_EP_NAME = 312,
	PLACE_EP_DEVICE = 316,
	PLACE_ASSIGNMENT = 407,
	PLACE_ASSIGNED_TO = 408,
	PLACE_ASSIGNED_NODES = 409,
};

// plugin_api of the library that is loaded from a path; NULL = there is none.
const void *plugin_api(const char *library, uint32_t version);

// plugin_env is one more reference to the environment of the process.
void *plugin_env(const void *api, void **env);
void plugin_release_env(const void *api, void *env);

// plugin_devices are all devices of all providers. Where a status is returned it is an
// error, to be read by plugin_message and released.
void *plugin_devices(const void *api, const void *env, const void *const **devices, size_t *n);
const char *plugin_device_provider(const void *api, const void *device);
int plugin_device_kind(const void *api, const void *device);

// plugin_append adds the provider of a device to the options of a session.
void *plugin_append(const void *api, void *env, void *options, const void *device);

// plugin_assigned counts the nodes of a session's graph, and those that a provider takes.
// The session has to be told to record them.
void *plugin_assigned(const void *api, const void *session, const char *provider, size_t *taken, size_t *nodes);

const char *plugin_message(const void *api, const void *status);
void plugin_release_status(const void *api, void *status);
