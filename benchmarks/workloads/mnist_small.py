"""MNIST's 60,000 images through 784-128-10: steps so small that overhead decides."""

from benchmarks.workload import Workload

WORKLOAD = Workload(
    name="mnist_small",
    title="784-128-10, batch 32, SGD with momentum, MNIST",
    data="mnist",
    task="classification",
    sizes=(784, 128, 10),
    optimizer="sgd",
    learning_rate=0.01,
    momentum=0.9,
    batch_size=32,
    epochs=2,
    measured="steps",
    gate=("accuracy", 0.96),
    check_rows=656,
)
