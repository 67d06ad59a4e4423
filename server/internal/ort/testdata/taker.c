// A plugin of ONNX Runtime that takes the first TAKES nodes of a graph, one by one, and
// computes none of them: for tests of what is taken.
#include <stdlib.h>
#include <onnxruntime_c_api.h>

static const OrtApi *api;

static OrtStatus *create_state(OrtNodeComputeInfo *self, OrtNodeComputeContext *context, void **state) {
	*state = NULL;
	return NULL;
}

static OrtStatus *compute(OrtNodeComputeInfo *self, void *state, OrtKernelContext *context) {
	return api->CreateStatus(ORT_NOT_IMPLEMENTED, "it computes nothing");
}

static void release_state(OrtNodeComputeInfo *self, void *state) {}

static OrtNodeComputeInfo info = {.ort_version_supported = ORT_API_VERSION, .CreateState = create_state, .Compute = compute, .ReleaseState = release_state};

static const char *ep_name(const OrtEp *self) { return "TakerExecutionProvider"; }

static OrtStatus *capability(OrtEp *self, const OrtGraph *graph, OrtEpGraphSupportInfo *support) {
	size_t n = 0;
	OrtStatus *status = api->Graph_GetNumNodes(graph, &n);
	if (status != NULL) return status;
	const OrtNode **nodes = calloc(n + 1, sizeof *nodes);
	status = api->Graph_GetNodes(graph, nodes, n);
	for (size_t i = 0; status == NULL && i < n && i < TAKES; i++) {
		status = api->GetEpApi()->EpGraphSupportInfo_AddNodesToFuse(support, &nodes[i], 1, NULL);
	}
	free(nodes);
	return status;
}

static OrtStatus *compile(OrtEp *self, const OrtGraph **graphs, const OrtNode **fused, size_t n, OrtNodeComputeInfo **infos, OrtNode **contexts) {
	for (size_t i = 0; i < n; i++) infos[i] = &info;
	return NULL;
}

static void release_infos(OrtEp *self, OrtNodeComputeInfo **infos, size_t n) {}

static OrtEp ep = {.ort_version_supported = ORT_API_VERSION, .GetName = ep_name, .GetCapability = capability, .Compile = compile, .ReleaseNodeComputeInfos = release_infos};

static const char *factory_name(const OrtEpFactory *self) { return "TakerExecutionProvider"; }
static const char *vendor(const OrtEpFactory *self) { return "test"; }
static const char *version(const OrtEpFactory *self) { return "1.0.0"; }
static uint32_t vendor_id(const OrtEpFactory *self) { return 0; }
static bool stream_aware(const OrtEpFactory *self) { return false; }

static OrtStatus *devices(OrtEpFactory *self, const OrtHardwareDevice *const *hardware, size_t n, OrtEpDevice **list, size_t most, size_t *count) {
	*count = 0;
	for (size_t i = 0; i < n && *count == 0; i++) {
		if (api->HardwareDevice_Type(hardware[i]) != OrtHardwareDeviceType_CPU) continue;
		OrtStatus *status = api->GetEpApi()->CreateEpDevice(self, hardware[i], NULL, NULL, &list[0]);
		if (status != NULL) return status;
		*count = 1;
	}
	return NULL;
}

static OrtStatus *create_ep(OrtEpFactory *self, const OrtHardwareDevice *const *hardware, const OrtKeyValuePairs *const *metadata, size_t n,
		const OrtSessionOptions *options, const OrtLogger *logger, OrtEp **out) {
	*out = &ep;
	return NULL;
}

static void release_ep(OrtEpFactory *self, OrtEp *old) {}

static OrtStatus *data_transfer(OrtEpFactory *self, OrtDataTransferImpl **out) {
	*out = NULL;
	return NULL;
}

static OrtEpFactory factory = {.ort_version_supported = ORT_API_VERSION, .GetName = factory_name, .GetVendor = vendor, .GetVersion = version,
	.GetVendorId = vendor_id, .GetSupportedDevices = devices, .CreateEp = create_ep, .ReleaseEp = release_ep, .CreateDataTransfer = data_transfer,
	.IsStreamAware = stream_aware};

OrtStatus *CreateEpFactories(const char *name, const OrtApiBase *base, const OrtLogger *logger, OrtEpFactory **list, size_t most, size_t *n) {
	api = base->GetApi(ORT_API_VERSION);
	list[0] = &factory;
	*n = 1;
	return NULL;
}

OrtStatus *ReleaseEpFactory(OrtEpFactory *old) { return NULL; }
