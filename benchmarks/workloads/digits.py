"""Scikit-learn's 8x8 digits to 97 % test accuracy, from the start of the process."""

from benchmarks.workload import Workload

WORKLOAD = Workload(
    name="digits",
    title="digits 64-128-10, batch 32, Adam, to 97 % test accuracy",
    data="digits",
    task="classification",
    sizes=(64, 128, 10),
    optimizer="adam",
    learning_rate=0.001,
    batch_size=32,
    epochs=40,
    measured="process",
    gate=("accuracy", 0.97),
)
