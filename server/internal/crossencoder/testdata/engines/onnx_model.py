"""A cross-encoder for MLServer: a graph on ONNX Runtime, tensors in and logits out."""

import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class OnnxModel(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            self.settings.parameters.uri, options, providers=["CPUExecutionProvider"]
        )
        return True

    async def predict(self, request: InferenceRequest) -> InferenceResponse:
        tensors = {i.name: NumpyCodec.decode_input(i) for i in request.inputs}
        names = [i.name for i in self.session.get_inputs()]
        (logits,) = self.session.run(["logits"], {n: tensors[n] for n in names})
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            outputs=[NumpyCodec.encode_output("logits", logits)],
        )
