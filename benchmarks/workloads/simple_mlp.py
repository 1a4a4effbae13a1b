"""The course's SimpleMLP: 100 noisy points of a cubic, 2-20-10-1, 1,000 epochs of plain SGD."""

from benchmarks.workload import Workload

WORKLOAD = Workload(
    name="simple_mlp",
    title="SimpleMLP 2-20-10-1, batch 32, SGD, 100 rows, 1,000 epochs",
    data="cubic",
    task="regression",
    sizes=(2, 20, 10, 1),
    optimizer="sgd",
    learning_rate=0.01,
    batch_size=32,
    epochs=1000,
    measured="process",
    # The noise alone has variance 0.25; the target's own variance is about 60.
    gate=("loss", 0.6),
    check_rows=100,
    check_epochs=5,
)
