"""The frameworks that are measured, each with its environment, its runner and its cache."""

from dataclasses import dataclass, field
from pathlib import Path

# Every program is kept, however small: JAX's defaults skip those compiled in under a second.
JAX_CACHE = {
    "JAX_COMPILATION_CACHE_DIR": "{cache}",
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
}


@dataclass(frozen=True)
class Peer:
    """A framework in one setting.

    `variables` go into the process's environment; `{cache}` in them stands for a folder that is
    empty in a first process and filled in a second. A peer that names it nowhere keeps nothing
    between processes: its one measurement stands for both. `central` peers are those the targets
    name, so they are run in every round. `runner` runs the fully connected networks,
    `network_runner` the networks of parts; a peer that lacks one takes no part there.
    """

    name: str
    title: str
    environment: str
    runner: str
    imports: str
    variables: dict[str, str] = field(default_factory=dict)
    central: bool = False
    network_runner: str = ""
    images_only: bool = False

    @property
    def caches(self) -> bool:
        """Tell whether a second process can profit from a first."""
        return any("{cache}" in value for value in self.variables.values())

    def environment_variables(self, cache: Path) -> dict[str, str]:
        """Return `variables` with the cache folder filled in."""
        return {name: value.format(cache=cache) for name, value in self.variables.items()}


PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer(
            "pellucid",
            "Pellucid",
            "pellucid",
            "pellucid_fit",
            "pellucid",
            {"PELLUCID_CACHE": "{cache}"},
            central=True,
            network_runner="pellucid_network",
        ),
        Peer(
            "pytorch",
            "PyTorch, eager",
            "torch",
            "pytorch",
            "torch",
            central=True,
            network_runner="pytorch_network",
        ),
        Peer(
            "pytorch-channels-last",
            "PyTorch, eager, channels last",
            "torch",
            "",
            "torch",
            network_runner="pytorch_channels_last",
            images_only=True,
        ),
        Peer(
            "keras-jax",
            "Keras on JAX",
            "keras-jax",
            "keras_fit",
            "keras",
            {"KERAS_BACKEND": "jax", **JAX_CACHE},
            central=True,
            network_runner="keras_network",
        ),
        Peer(
            "keras-tensorflow",
            "Keras on TensorFlow",
            "keras-tensorflow",
            "keras_fit",
            "keras",
            {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"},
            network_runner="keras_network",
        ),
        Peer(
            "keras-torch",
            "Keras on PyTorch",
            "keras-torch",
            "keras_fit",
            "keras",
            {"KERAS_BACKEND": "torch"},
            network_runner="keras_network",
        ),
        Peer(
            "pytorch-compile",
            "PyTorch, torch.compile",
            "torch",
            "pytorch_compile",
            "torch",
            {"TORCHINDUCTOR_CACHE_DIR": "{cache}"},
        ),
        Peer(
            "flax",
            "Flax NNX with Optax",
            "flax",
            "flax_nnx",
            "flax.nnx, optax",
            JAX_CACHE,
            network_runner="flax_network",
        ),
        Peer(
            "sklearn",
            "scikit-learn MLP",
            "sklearn",
            "sklearn_mlp",
            "sklearn.neural_network",
        ),
    )
}
KERAS_PEERS = tuple(name for name in PEERS if name.startswith("keras-"))
