"""MNIST's 60,000 images through 784-512-512-10: steps in which the matrix products decide."""

from benchmarks.workload import Workload

WORKLOAD = Workload(
    name="mnist_wide",
    title="784-512-512-10, batch 128, Adam, MNIST",
    data="mnist",
    task="classification",
    sizes=(784, 512, 512, 10),
    optimizer="adam",
    learning_rate=0.001,
    batch_size=128,
    epochs=2,
    measured="steps",
    gate=("accuracy", 0.97),
    check_rows=1000,
    check_epochs=2,
)
