"""What a hand-written loop does around its steps, seen by hooks: modes, gradients, what the optimizer holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pellucid.insight.doctor.facts.loop import Loop
from pellucid.insight.doctor.watching.torch_eyes import tensors
from pellucid.insight.doctor.watching.torch_layers import is_noisy, place_of
from pellucid.insight.doctor.watching.torch_numbers import dense

WATCHED = 3
"""Weights at which it is seen whether gradients were cleared; small ones, so that looking costs nothing."""
SMALL = 2**16


class LoopEyes:
    """Counts what a loop does.

    Args:
        model: The model.
        optimizer: Its optimizer.
        leaves: The modules that compute something themselves, by path.

    Attributes:
        steps: Steps that were taken.
        backwards: Backward passes.
        since: Backward passes since the last step.
        is_looking: Whether it is seen whether gradients were cleared before the next step.
        shapes: The shapes that the loss compared first.
    """

    def __init__(self, model: Any, optimizer: Any, leaves: Mapping[str, Any]):
        self.model, self.optimizer, self.leaves = model, optimizer, leaves
        self.steps = self.backwards = self.since = 0
        self.looked = self.uncleared = self.looked_into = self.empty = 0
        self.trained_calm = self.calm = self.idle_training = self.blind = 0
        self.is_looking = False
        self.shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
        self.reached: set[str] = set()
        self._found: dict[int, list[bool]] = {}

    def attach(self) -> list[Any]:
        """Watch some weights' gradients; return the handles."""
        small = [
            each for each in held_by(self.optimizer) if each.requires_grad and each.numel() <= SMALL
        ]
        return [each.register_hook(self._arrival(each)) for each in small[-WATCHED:]]

    def _arrival(self, weight: Any) -> Any:
        def see(_: Any) -> None:
            if self.is_looking and self.steps:
                is_left = weight.grad is not None and bool((weight.grad != 0).any())
                self._found.setdefault(id(weight), []).append(is_left)

        return see

    def forward(self, output: Any, training: bool) -> None:
        """Count a pass, and wait for its backward pass."""
        made = next((each for each in tensors(output) if each.requires_grad), None)
        if not training:
            self.calm += 1
        if made is None:
            self.idle_training += training
            return

        def see(_: Any) -> None:
            self.backwards += 1
            self.since += 1
            self.trained_calm += not training

        made.register_hook(see)

    def before_step(self) -> None:
        """Look into the gradients of a step that is measured."""
        if self._found:
            self.looked += 1
            self.uncleared += any(all(each) for each in self._found.values())
        self._found = {}
        there = {n: w.grad for n, w in self.model.named_parameters() if w.grad is not None}
        self.reached |= set(there)
        self.blind += not self.since and not there
        if self.since:
            self.looked_into += 1
            self.empty += not any(bool((each != 0).any()) for each in map(dense, there.values()))

    def after_step(self) -> None:
        """Count a step."""
        self.steps += 1
        self.since = 0

    def facts(self, called: set[str], mixed: tuple[tuple[str, str], ...] = ()) -> Loop:
        """Return what was seen.

        Args:
            called: Paths of the modules that were called.
            mixed: Modules that mix rows, each with the argument that makes them do so.
        """
        held = {id(each) for each in held_by(self.optimizer)}
        asking = {name: each for name, each in self.model.named_parameters() if each.requires_grad}
        outside = tuple(name for name, each in asking.items() if id(each) not in held)
        mine = {id(each) for each in self.model.parameters()}
        missing = {
            place_of(name, self.leaves)
            for name, each in asking.items()
            if id(each) in held and name not in self.reached
        }
        arrived = {place_of(name, self.leaves) for name in self.reached}
        cut = (
            [path for path in self.leaves if path in missing - arrived] if self.looked_into else []
        )
        return Loop(
            steps=self.steps,
            backwards=self.backwards,
            looked=self.looked,
            uncleared=self.uncleared,
            looked_into=self.looked_into,
            empty=self.empty,
            outside=outside,
            weights=len(asking),
            unregistered=tuple(unregistered(self.model, held)),
            blind=self.blind,
            foreign=len(held - mine),
            unreached=tuple(path for path in cut if path in called),
            unused=tuple(path for path in cut if path not in called),
            trained_calm=self.trained_calm,
            idle_training=self.idle_training,
            idle_calm=max(0, self.calm - self.trained_calm),
            is_noisy=is_noisy(self.model),
            shapes=self.shapes,
            mixed=mixed,
        )


def unregistered(model: Any, held: set[int]) -> Iterator[str]:
    """Yield where a model keeps layers that it uses and does not know as its own: in lists, tuples and dicts.

    Only weights with a gradient count: a teacher may be kept out of reach on purpose.

    Args:
        model: The model.
        held: The identities of the weights that the optimizer holds.
    """
    known = held | {id(each) for each in model.parameters()}
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            if name.startswith("_") or not isinstance(value, (list, tuple, dict)):
                continue
            kept = value.values() if isinstance(value, dict) else value
            layers = [each for each in kept if hasattr(each, "named_parameters")]
            weights = [weight for layer in layers for weight in layer.parameters()]
            if any(id(each) not in known and each.grad is not None for each in weights):
                yield f"{path}.{name}" if path else name


def held_by(optimizer: Any) -> list[Any]:
    """Return the weights that an optimizer holds."""
    return [each for group in optimizer.param_groups for each in group["params"]]
