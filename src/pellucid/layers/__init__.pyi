from typing import Any

from pellucid.core.late import LateTable
from pellucid.layers.activations import (
    ELU as ELU,
    Activation as Activation,
    Identity as Identity,
    LeakyReLU as LeakyReLU,
    PReLU as PReLU,
    ReLU as ReLU,
    Softmax as Softmax,
)
from pellucid.layers.batch_normalization import BatchNormalization as BatchNormalization
from pellucid.layers.dense import Dense as Dense
from pellucid.layers.inputs import (
    Input as Input,
    InputLayer as InputLayer,
)
from pellucid.layers.layer_normalization import LayerNormalization as LayerNormalization
from pellucid.layers.noise import (
    Dropout as Dropout,
    GaussianNoise as GaussianNoise,
)
from pellucid.layers.regularization import ActivityRegularization as ActivityRegularization
from pellucid.layers.rescaling import (
    Normalization as Normalization,
    Rescaling as Rescaling,
)
from pellucid.layers.reshaping import (
    Flatten as Flatten,
    Reshape as Reshape,
)
from pellucid.modules import Layer as Layer

__all__: list[str]
TABLE: LateTable

def get(identifier: Any) -> Any: ...
