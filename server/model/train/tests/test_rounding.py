"""Tests of packed weights, against products written out; skipped where onnxruntime is not installed."""

import importlib.util
import unittest

try:
    import numpy as np
except ImportError:  # the steps that train need the requirements, the others do not
    np = None


@unittest.skipUnless(importlib.util.find_spec("onnxruntime"), "onnxruntime is not installed")
class Rounding(unittest.TestCase):
    """One product of 64 channels that move together."""

    def setUp(self):
        """Makes weights, and rows that have eight directions and a little noise."""
        rng = np.random.default_rng(1)
        self.weight = rng.normal(size=(64, 24)).astype(np.float32)
        self.rows = (rng.normal(size=(400, 8)) @ rng.normal(size=(8, 64))).astype(np.float32)
        self.rows += 0.1 * rng.normal(size=self.rows.shape).astype(np.float32)

    def product(self, bits: int):
        """Packs a graph of one product and runs it."""
        import onnx
        from onnx import TensorProto, helper, numpy_helper
        from recipe.graph import Graph
        from recipe.rounding import pack
        from recipe.runtime import session

        nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], "product")]
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "y")]
        made = helper.make_graph(nodes, "one", ends[:1], ends[1:], [numpy_helper.from_array(self.weight, "w")])
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        model = onnx.helper.make_model(made, opset_imports=opsets, ir_version=8)
        graph = Graph(model, {"x": self.rows})
        pack(graph, model.graph.node[0], bits, 32)
        return session(model.SerializeToString()).run(None, {"x": self.rows})[0]

    def test_levels_are_read_as_they_are_written(self):
        """ONNX Runtime's product is that of the rounded weights, but for its own rounding of rows."""
        from recipe.rounding import rounded

        for bits in (4, 8):
            with self.subTest(bits=bits):
                levels, scales = rounded(self.weight, self.rows, bits, 32)
                self.assertTrue(((levels >= 0) & (levels < 2**bits)).all())
                wanted = self.rows @ ((levels - 2 ** (bits - 1)) * scales.repeat(32, axis=0))
                self.assertLess(np.abs(self.product(bits) - wanted).max(), 0.02 * np.abs(wanted).max())

    def test_channels_make_up_for_each_other(self):
        """Where channels move together, the product is nearer than with each weight at its nearest level."""
        from recipe.rounding import rounded

        levels, scales = rounded(self.weight, self.rows, 4, 32)
        steps = scales.repeat(32, axis=0)
        nearest = np.clip(np.rint(self.weight / steps), -8, 7) * steps
        errors = [np.square(self.rows @ (w - self.weight)).mean() for w in ((levels - 8) * steps, nearest)]
        self.assertLess(errors[0], 0.5 * errors[1])

    def test_a_block_of_zeros(self):
        """It stays one, and there is no division by nothing."""
        from recipe.rounding import rounded

        self.weight[:32] = 0
        levels, scales = rounded(self.weight, np.eye(64, dtype=np.float32), 8, 32)
        self.assertTrue((levels[:32] == 128).all() and np.isfinite(scales).all())
