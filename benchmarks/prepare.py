"""Write the arrays that every peer reads: `python -m benchmarks.prepare FOLDER [MNIST_FOLDER]`.

All peers load the same .npy files, so that nobody pays for another library's data loader. It runs
in the environment of Pellucid's that has NumPy and scikit-learn; the peers never import it.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from benchmarks.network import Network
from benchmarks.reference import initial_weights, loss, train
from benchmarks.workload import Workload
from benchmarks.workloads import NETWORKS, WORKLOADS

Arrays = dict[str, NDArray]


def cubic() -> Arrays:
    """Return the course's data: y = 2 x1**3 + 0.5 x2**2 + noise of standard deviation 0.5."""
    random = np.random.default_rng(1)
    x = random.standard_normal((100, 2))
    y = 2 * x[:, 0] ** 3 + 0.5 * x[:, 1] ** 2 + 0.5 * random.standard_normal(100)
    return {"x": x, "y": y[:, None], "x_test": x, "y_test": y[:, None]}


def digits() -> Arrays:
    """Return the 1,797 digits, pixels in 0..1, a fifth of them as the fixed test set."""
    x, y = load_digits(return_X_y=True)
    parts = train_test_split(x / 16.0, y, test_size=0.2, random_state=42, stratify=y)
    return dict(zip(("x", "x_test", "y", "y_test"), parts, strict=True))


def mnist(folder: Path) -> Arrays:
    """Return MNIST's 60,000 and 10,000 images as rows of 784 pixels in 0..1."""
    return {
        "x": idx(folder / "train-images-idx3-ubyte.gz").reshape(-1, 784) / 255.0,
        "y": idx(folder / "train-labels-idx1-ubyte.gz"),
        "x_test": idx(folder / "t10k-images-idx3-ubyte.gz").reshape(-1, 784) / 255.0,
        "y_test": idx(folder / "t10k-labels-idx1-ubyte.gz"),
    }


def idx(path: Path) -> NDArray[np.uint8]:
    """Return the array in an IDX file: two zero bytes, type, rank, big-endian sizes, values."""
    content = gzip.decompress(path.read_bytes())
    rank = content[3]
    sizes = np.frombuffer(content, ">u4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(sizes)


def write(folder: Path, workload: Workload, arrays: Arrays) -> None:
    """Write data, common initial weights and the reference's loss of one workload."""
    target = folder / workload.name
    target.mkdir(parents=True, exist_ok=True)
    kind = np.float32 if workload.task == "regression" else np.int32
    ready = {
        name: np.ascontiguousarray(array, np.float32 if name[0] == "x" else kind)
        for name, array in arrays.items()
    }
    for name, array in ready.items():
        np.save(target / f"{name}.npy", array)
    start = initial_weights(workload)
    np.savez(target / "initial.npz", *start)
    x = ready["x"][: workload.check_rows].astype(np.float64)
    y = ready["y"][: workload.check_rows].astype(np.float64)
    np.save(target / "reference_loss.npy", loss(workload, train(workload, start, x, y), x, y))


def write_network(folder: Path, network: Network, images: Arrays | None) -> None:
    """Write the examples and labels of one network: MNIST's first images, or patterns."""
    if network.data != "mnist":
        x, y = network.patterns()
    elif images:
        x = images["x"][: network.rows].reshape(-1, *network.shape).astype(np.float32)
        y = images["y"][: network.rows].astype(np.int32)
    else:
        return
    target = folder / network.name
    target.mkdir(parents=True, exist_ok=True)
    np.save(target / "x.npy", x)
    np.save(target / "y.npy", y)


def main(folder: Path, mnist_folder: Path | None) -> None:
    """Write every workload whose data is at hand."""
    images = mnist(mnist_folder) if mnist_folder else None
    sources = {"cubic": cubic, "digits": digits}
    if images:
        sources["mnist"] = lambda: images
    for workload in WORKLOADS.values():
        if workload.data in sources:
            write(folder, workload, sources[workload.data]())
    for network in NETWORKS.values():
        write_network(folder, network, images)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
