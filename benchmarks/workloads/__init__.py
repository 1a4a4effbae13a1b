"""The workloads by name: fully connected networks, and networks whose steps are timed."""

from benchmarks.network import Network
from benchmarks.workload import Workload
from benchmarks.workloads import (
    cnn,
    conv1d,
    digits,
    mnist_small,
    mnist_wide,
    recurrent,
    resnet_small,
    simple_mlp,
    transformer,
)

WORKLOADS: dict[str, Workload] = {
    module.WORKLOAD.name: module.WORKLOAD
    for module in (simple_mlp, mnist_small, mnist_wide, digits)
}
NETWORKS: dict[str, Network] = {
    network.name: network
    for module in (cnn, resnet_small, recurrent, transformer, conv1d)
    for network in module.NETWORKS
}
