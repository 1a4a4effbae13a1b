"""The workloads by name."""

from benchmarks.workload import Workload
from benchmarks.workloads import digits, mnist_small, mnist_wide, simple_mlp

WORKLOADS: dict[str, Workload] = {
    module.WORKLOAD.name: module.WORKLOAD
    for module in (simple_mlp, mnist_small, mnist_wide, digits)
}
