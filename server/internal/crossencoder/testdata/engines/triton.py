"""The same graph behind the real Triton that nvidia-pytriton carries: HTTP_PORT GRPC_PORT METRICS_PORT GRAPH."""

import sys

import numpy
import onnxruntime
from pytriton.decorators import batch
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

http, grpc, metrics, graph = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
names = [i.name for i in session.get_inputs()]


@batch
def infer(**tensors):
    (logits,) = session.run(["logits"], {n: tensors[n] for n in names})
    return {"logits": logits}


config = TritonConfig(
    http_port=int(http), grpc_port=int(grpc), metrics_port=int(metrics), http_address="127.0.0.1", grpc_address="127.0.0.1"
)
with Triton(config=config) as triton:
    triton.bind(
        model_name="m",
        infer_func=infer,
        inputs=[Tensor(name=n, dtype=numpy.int64, shape=(-1,)) for n in names],
        outputs=[Tensor(name="logits", dtype=numpy.float32, shape=(-1,))],
        config=ModelConfig(max_batch_size=64),
    )
    triton.serve()
