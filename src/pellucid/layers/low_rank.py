"""LoRA: a layer's large weight is frozen, and the product of two thin matrices learns how to change it."""

from __future__ import annotations

from typing import Any, ClassVar

import jax

from pellucid.core.errors import ArgumentError, UsageError
from pellucid.core.limits import Integer, Limit, Real, check
from pellucid.core.paths import join
from pellucid.functional.low_rank import low_rank_sum
from pellucid.layers.checks import who
from pellucid.modules import Layer

ALPHA = Real(0, closed="neither", optional=True)


class LowRankLayer(Layer):
    """The base of layers that :meth:`enable_lora` adapts.

    A subclass declares the weight that ``adapted`` names with ``trainable=self.lora_rank is None``, ends its ``build``
    with :meth:`declare_pair`, and computes with the weight as always: in ``call`` it is the adapted one.

    Args:
        lora_rank: The rank of the change that is learned in the place of the weight, at least 1. Default None: the
            weight itself is learned.
        lora_alpha: The strength of the change. Default None, the rank.
        **kwargs: ``name``, ``trainable``, ``dtype`` and others as in :class:`~pellucid.Layer`.
    """

    adapted: ClassVar[str] = "kernel"
    shared_state = True  # the only state is the frozen weight, which never changes
    limits: ClassVar[dict[str, Limit]] = {
        "lora_rank": Integer(1, optional=True),
        "lora_alpha": ALPHA,
    }

    def __init__(
        self, *, lora_rank: int | None = None, lora_alpha: float | None = None, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.lora_rank = lora_rank
        self.lora_alpha = lora_rank if lora_alpha is None else lora_alpha

    @property
    def lora_enabled(self) -> bool:
        """Whether the weight is frozen and a change of low rank is learned."""
        return self.pair_names[0] in self._weights

    @property
    def pair_names(self) -> tuple[str, str]:
        """The names of ``A`` and ``B``."""
        return f"lora_{self.adapted}_a", f"lora_{self.adapted}_b"

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freeze the weight, and learn a change of low rank instead: low-rank adaptation, LoRA.

        Equation: ``W' = W + (alpha / r) A B`` with the frozen weight ``W``, the rank ``r``, and the learned pair ``A``,
        shape (..., r), and ``B``, shape (r, units). ``B`` starts with zeros, so at first nothing changes.

        Args:
            rank: ``r``, at least 1; much smaller than the weight's sizes, or nothing is saved.
            lora_alpha: ``alpha``, above 0. Default None, the rank, so that the factor is 1.
            a_initializer: Starting values of ``A``. Default ``"he_uniform"``.
            b_initializer: Starting values of ``B``. Default ``"zeros"``.

        Raises:
            UsageError: The layer is not built, or adapted already.
            ArgumentError: The weight has a constraint, which would hold for ``W`` and not for ``W'``.

        Example:
            >>> from pellucid.layers import Dense
            >>> layer = Dense(64, input_shape=(128,))
            >>> layer.build((None, 128))
            >>> layer.built = True
            >>> layer.enable_lora(4)
            >>> [tuple(array.shape) for array in layer.trainable_weights]
            [(64,), (128, 4), (4, 64)]

        Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021, https://arxiv.org/abs/2106.09685.
        A model file keeps frozen weight and pair, so training goes on after loading; Keras writes their sum, and starts
        with ``A = B = 0`` after loading, where all gradients are zero. PyTorch needs the package ``peft``.
        """
        self._require_no_constraint()
        if not self.built:
            raise UsageError(
                who(self),
                "LoRA adapts a weight, and the layer has none yet.",
                f"build the model first, or write {type(self).__name__}(..., lora_rank={rank})",
            )
        if self.lora_enabled:
            raise UsageError(
                who(self), f"LoRA is enabled already, with rank {self.lora_rank}.", "call it once"
            )
        given = {"rank": rank, "lora_alpha": lora_alpha}
        check(who(self), given, {"rank": Integer(1), "lora_alpha": ALPHA})
        self._weights[self.adapted].trainable = False
        found = {"lora_rank": rank, "lora_alpha": rank if lora_alpha is None else lora_alpha}
        self._arguments.update(found)
        for name, value in found.items():
            object.__setattr__(self, name, value)
        self.declare_pair(a_initializer, b_initializer)

    def declare_pair(self, a_initializer: Any = "he_uniform", b_initializer: Any = "zeros") -> None:
        """Declare ``A`` and ``B``, if the layer has a rank."""
        if self.lora_rank is None:
            return
        self._require_no_constraint()
        slot = self._weights[self.adapted]
        shapes = (*slot.shape[:-1], self.lora_rank), (self.lora_rank, slot.shape[-1])
        starts = (a_initializer, b_initializer)
        for name, shape, start in zip(self.pair_names, shapes, starts, strict=True):
            setattr(self, name, self.add_weight(shape, start, regularizer=slot.regularizer))
            if slot.home is not None:
                # The model around is built: the pair draws under its seed too.
                seed, path = slot.home
                self._weights[name].home = seed, join(path.rpartition("/")[0], name)
        slot.regularizer = None  # a penalty on what is frozen is a constant

    def _require_no_constraint(self) -> None:
        if getattr(self, f"{self.adapted}_constraint") is not None:
            raise ArgumentError(
                who(self),
                f"a constraint on `{self.adapted}` cannot hold while LoRA changes it.",
                f"leave {self.adapted}_constraint out",
            )

    def _bound(self) -> None:
        """Put the adapted weight in the frozen one's place, on the copy that is called."""
        if self.lora_enabled:
            arrays = self.__dict__
            arrays["_frozen"] = arrays[self.adapted]
            arrays[self.adapted] = self._adapt(arrays)

    def _adapt(self, arrays: dict[str, Any]) -> jax.Array:
        a, b = (arrays[name] for name in self.pair_names)
        return low_rank_sum(arrays[self.adapted], a, b, self.lora_alpha or 1.0)

    def adapted_weight(self) -> jax.Array:
        """Return ``W'``, outside programs."""
        names = (self.adapted, *self.pair_names)
        return self._adapt({name: super(LowRankLayer, self).__getattr__(name) for name in names})

    def __getattr__(self, name: str) -> Any:
        """Return the adapted weight under the weight's name."""
        if name == self.adapted and self.lora_enabled and self._scope is None:
            return self.adapted_weight()
        return super().__getattr__(name)
