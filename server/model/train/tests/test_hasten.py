"""Tests of joined operators, against the graph that they were; skipped where onnxruntime is not installed."""

import importlib.util
import unittest

try:
    import numpy as np
except ImportError:  # the steps that train need the requirements, the others do not
    np = None

WIDTH, HEADS, WORDS = 64, 2, 30


@unittest.skipUnless(importlib.util.find_spec("onnxruntime"), "onnxruntime is not installed")
class Hasten(unittest.TestCase):
    """One layer of attention and GELU, whose products are of integers."""

    def setUp(self):
        """Makes weights, and rows that go into every product."""
        self.rng = np.random.default_rng(1)
        self.rows = self.rng.normal(size=(50, WIDTH)).astype(np.float32)

    def table(self, *shape):
        """A constant of random numbers."""
        return self.rng.normal(size=shape).astype(np.float32)

    def model(self):
        """A graph from ids and mask to vectors, as quantize leaves it before operators are joined."""
        from onnx import TensorProto, helper, numpy_helper
        from recipe import integers
        from recipe.graph import Graph, weighted

        nodes = [helper.make_node("Gather", ["words", "input_ids"], ["x"], "words")]
        nodes.append(helper.make_node("Cast", ["attention_mask"], ["key_mask"], "mask", to=TensorProto.INT32))
        tables = {"words": self.table(WORDS, WIDTH)}

        def product(source, name, bias):
            tables[f"{name}_w"] = self.table(WIDTH, WIDTH) / 8
            nodes.append(helper.make_node("MatMul", [source, f"{name}_w"], [f"{name}_product"], name))
            if bias:
                tables[f"{name}_b"] = self.table(WIDTH)
                nodes.append(helper.make_node("Add", [f"{name}_b", f"{name}_product"], [name], f"{name}_sum"))

        for name in ("q", "k", "v"):
            product("x", name, True)
        attention = ["q", "k", "v", "", "key_mask"]
        nodes.append(helper.make_node("MultiHeadAttention", attention, ["mixed"], "attention", domain="com.microsoft", num_heads=HEADS))
        product("mixed", "wide", False)
        tables["wide_b"] = self.table(WIDTH)
        nodes.append(helper.make_node("BiasGelu", ["wide_product", "wide_b"], ["token_vectors"], "gelu", domain="com.microsoft"))
        ends = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in ("input_ids", "attention_mask")]
        out = helper.make_tensor_value_info("token_vectors", TensorProto.FLOAT, ["batch", "length", WIDTH])
        made = helper.make_graph(nodes, "layer", ends, [out], [numpy_helper.from_array(t, n) for n, t in tables.items()])
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        model = helper.make_model(made, opset_imports=opsets, ir_version=8)
        graph = Graph(model, {"x": self.rows, "mixed": self.rows})
        for node in weighted(model):
            integers.pack(graph, node)
        return model

    def test_joined_operators_say_the_same(self):
        """Texts of several lengths get the same vectors, but for steps at their edge."""
        from recipe.hasten import join
        from recipe.runtime import session

        model = self.model()
        before = session(model.SerializeToString())
        join(model)
        after = session(model.SerializeToString())
        self.assertEqual([i.name for i in after.get_inputs()], ["input_ids"])
        for length in (1, 2, 17):
            with self.subTest(length=length):
                ids = self.rng.integers(0, WORDS, (1, length))
                wanted = before.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
                got = after.run(None, {"input_ids": ids})[0]
                self.assertEqual(got.shape, wanted.shape)
                self.assertLess(np.abs(got - wanted).max(), 0.02 * np.abs(wanted).max())

    def test_two_texts_are_refused(self):
        """What nobody can pad by mistake."""
        from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument
        from recipe.hasten import join
        from recipe.runtime import session

        model = self.model()
        join(model)
        with self.assertRaises(InvalidArgument):
            session(model.SerializeToString()).run(None, {"input_ids": np.ones((2, 3), np.int64)})

    def test_a_joined_graph_is_not_joined_again(self):
        """It is refused before it is touched."""
        from recipe.hasten import join

        model = self.model()
        join(model)
        before = model.SerializeToString()
        with self.assertRaises(SystemExit):
            join(model)
        self.assertEqual(model.SerializeToString(), before)
