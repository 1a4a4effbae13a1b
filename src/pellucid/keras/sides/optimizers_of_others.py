"""What single optimizers have in Keras beside the others: Muon's parts, and what stands for other optimizers."""

from __future__ import annotations

from typing import Any

from pellucid.keras.late import late
from pellucid.keras.sides.optimizer import OptimizerSide
from pellucid.keras.tensor import Tensor, as_array
from pellucid.keras.variable import Variable
from pellucid.optimizers import LossScaleOptimizer, MultiOptimizer, Muon
from pellucid.optimizers.muon import orthogonal


class MuonSide(OptimizerSide):
    """Mixed into Muon."""

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """Return nearly the orthogonal matrix of a matrix."""
        return Tensor(orthogonal(as_array(x), (self.muon_a, self.muon_b, self.muon_c), steps))

    def lr_adjust(self, x: Any) -> Any:
        """Return a step at its usual size."""
        return Tensor(as_array(x) * self.size_of_step(x.shape))


class LossScaleSide(OptimizerSide):
    """Mixed into LossScaleOptimizer: rate, counts and weights are those of the inner optimizer."""

    learning_rate = LossScaleOptimizer.learning_rate  # pyright: ignore[reportIncompatibleMethodOverride]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make one of a configuration whose inner optimizer may be a dict."""
        inner = late("optimizers").get(config["inner_optimizer"])
        return cls(**{**config, "inner_optimizer": inner})

    @property
    def iterations(self) -> Any:
        """How many updates were done; steps left out do not count."""
        count = self._slots().get("updates")
        return self._iterations if count is None else count

    def scale_loss(self, loss: Any) -> Any:
        """Return the loss times the present scale."""
        scale = self._slots().get("dynamic_scale")
        return loss * (self.initial_scale if scale is None else scale)

    get_scaled_loss = scale_loss

    def count_to(self, steps: int) -> None:
        """Note how often gradients were applied in all."""
        super().count_to(steps)
        self.inner_optimizer.count_to(steps)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, the inner optimizer as a dict."""
        return nested(super().get_config())


class MultiSide(OptimizerSide):
    """Mixed into MultiOptimizer: every optimizer counts its own updates."""

    learning_rate = MultiOptimizer.learning_rate  # pyright: ignore[reportIncompatibleMethodOverride]

    def __getattr__(self, name: str) -> Any:
        """Say why there is no learning rate."""
        if name in ("learning_rate", "lr"):
            raise AttributeError(f"{type(self).__name__}: ask the single ones in `optimizers`")
        return super().__getattr__(name)

    @property
    def iterations(self) -> Any:
        """How often gradients were applied."""
        return self._iterations

    def _make_step(self, pairs: list[Any]) -> None:
        super()._make_step(pairs)
        for optimizer in self._used([v for _, v in pairs]):
            optimizer._iterations.assign_add(1)

    def _used(self, variables: list[Variable]) -> list[Any]:
        found = [self.optimizer_of(self._name_of(v), tuple(v.shape)) for v in variables]
        return list({id(each): each for each in found}.values())

    def count_to(self, steps: int) -> None:
        """Note how often gradients were applied in all."""
        super().count_to(steps)
        for optimizer in {id(each): each for each in self._found.values()}.values():
            optimizer.count_to(steps)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, the map of optimizers as a dict."""
        return nested(super().get_config())

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Make one of a configuration whose map may be a dict."""
        chosen = late("utils").deserialize_keras_object(config["optimizer_map"])
        return cls(**{**config, "optimizer_map": chosen})


SIDES = {Muon: MuonSide, LossScaleOptimizer: LossScaleSide, MultiOptimizer: MultiSide}


def side_of(plain: type) -> type:
    """Return what is mixed into one of Pellucid's optimizers."""
    return SIDES.get(plain, OptimizerSide)


def nested(config: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration whose objects are dicts."""
    return late("utils").serialize_keras_object(config)
