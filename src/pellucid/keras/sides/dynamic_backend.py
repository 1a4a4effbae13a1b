"""``layer.backend``: where the code of layers of images finds its functions, ``self.backend.numpy.flip``."""

from __future__ import annotations

from typing import Any

from pellucid.keras.late import late


class DynamicBackend:
    """The functions of ``keras.ops`` and ``keras.random`` by the names of Keras's backends."""

    name = _backend = "jax"

    @property
    def numpy(self) -> Any:
        """What is like NumPy."""
        return late("ops")

    core = nn = numpy

    @property
    def image(self) -> Any:
        """Functions of images."""
        return late("ops.image")

    @property
    def random(self) -> Any:
        """Random functions."""
        return late("random")

    def set_backend(self, backend: str) -> None:
        """Do nothing: there is one backend."""

    def reset(self) -> None:
        """Do nothing: there is one backend."""

    def __getattr__(self, name: str) -> Any:
        return getattr(late("ops"), name)
