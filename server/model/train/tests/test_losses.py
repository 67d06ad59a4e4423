"""Tests of what training goes towards."""

import unittest

try:
    import torch
except ImportError:  # the steps that train need the requirements, the others do not
    torch = None


@unittest.skipIf(torch is None, "torch is not installed")
class Losses(unittest.TestCase):
    """The parts of the loss, against values worked out by hand."""

    def test_margin_sees_differences_only(self):
        """A constant added to a group costs nothing; one difference of 2 costs 1."""
        from recipe.losses import margin

        wanted = torch.tensor([[1.0, 3.0]])
        self.assertAlmostEqual(margin(wanted + 7, wanted).item(), 0)
        self.assertAlmostEqual(margin(torch.tensor([[1.0, 5.0]]), wanted).item(), 1)

    def test_target_moves_towards_the_answer(self):
        """Without a label the target is the softmax of the opinion; a bonus multiplies the odds."""
        from recipe.losses import Weights, target

        wanted, bonus = torch.tensor([[0.5, 0.5]]), torch.tensor([4.0])
        self.assertAlmostEqual(target(wanted, torch.tensor([[-1, -1]]), bonus, Weights())[0, 0].item(), 0.5)
        share = target(wanted, torch.tensor([[1, 0]]), bonus, Weights())[0]
        self.assertAlmostEqual((share[0] / share[1]).item(), torch.e**4, places=2)

    def test_without_an_opinion_only_answers_count(self):
        """With scale 0 no part of the loss pulls an answer back towards the others."""
        from recipe.losses import Weights, total

        labels, bonus, opinion = torch.tensor([[1, 0]]), torch.tensor([4.0]), torch.tensor([[0.1, 0.9]])
        near, far = (total(torch.tensor([[x, -x]]), labels, opinion, bonus, Weights(scale=0)) for x in (0.5, 1.5))
        self.assertLess(far.item(), near.item())
        other = total(torch.tensor([[0.5, -0.5]]), labels, 1 - opinion, bonus, Weights(scale=0))
        self.assertAlmostEqual(near.item(), other.item())
