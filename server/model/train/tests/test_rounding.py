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
        from recipe.rounding import pack
        from recipe.runtime import session

        graph = self.graph()
        pack(graph, graph.model.graph.node[0], bits, 32)
        return session(graph.model.SerializeToString()).run(None, {"x": self.rows})[0]

    def graph(self):
        """A graph of one product, and what is known of its rows."""
        import onnx
        from onnx import TensorProto, helper, numpy_helper
        from recipe.graph import Graph

        nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], "product")]
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("x", "y")]
        made = helper.make_graph(nodes, "one", ends[:1], ends[1:], [numpy_helper.from_array(self.weight, "w")])
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return Graph(onnx.helper.make_model(made, opset_imports=opsets, ir_version=8), {"x": self.rows})

    def integers(self):
        """A session of the product in integers."""
        from recipe import integers
        from recipe.runtime import session

        graph = self.graph()
        integers.pack(graph, graph.model.graph.node[0])
        return session(graph.model.SerializeToString())

    def test_integers(self):
        """Rows far from 0, of zeros and of any size have the products of the weights but for rounding."""
        for shift, size in ((0, 1), (3, 1), (-3, 1), (0, 1e4), (0, 1e-4)):
            with self.subTest(shift=shift, size=size):
                rows = size * (self.rows + np.float32(shift * np.abs(self.rows).max() / 3))
                rows[0] = 0
                wanted = rows @ self.weight
                got = self.integers().run(None, {"x": rows.astype(np.float32)})[0]
                self.assertLess(np.abs(got - wanted).max(), 0.03 * np.abs(wanted).max())
                self.assertTrue((got[0] == 0).all())

    def test_integers_of_a_row_depend_on_no_other(self):
        """A row has the same product alone, among others and beside one that is a thousand times as large."""
        run, rows = self.integers(), self.rows.copy()
        rows[7] *= 1000
        together = run.run(None, {"x": rows})[0]
        for i in (0, 3, 7, 399):
            self.assertTrue((run.run(None, {"x": rows[i : i + 1]})[0] == together[i]).all())

    def test_integers_cannot_overflow(self):
        """Two products of the largest row and weights fit in sixteen bits, as processors without VNNI need."""
        from recipe.integers import BITS, MOST

        self.assertLess(2 * MOST * 2 ** (BITS - 1), 2**15)

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
