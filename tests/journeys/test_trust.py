"""Promises about whole processes: equal numbers in another process, flat memory over five hundred models."""

import subprocess
import sys

import pytest

TRAIN = """
import hashlib, numpy as np, pellucid
from pellucid import layers
random = np.random.default_rng(0)
x = random.standard_normal((50, 6)).astype("float32")
model = pellucid.Sequential([
    layers.Dense(16, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.3),
    layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, random.integers(0, 3, 50), batch_size=16, epochs=5, validation_split=0.2, verbose=0)
print(hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest(), history.history)
"""

MANY = """
import time, numpy as np, pellucid
from pellucid import layers
from pellucid.training import cache
x = np.ones((40, 4), "float32")
seconds, pages = [], []
for number in range(500):
    started = time.perf_counter()
    model = pellucid.Sequential([layers.Dense(8, activation="relu"), layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.01), "mse")
    model.fit(x, x[:, :1], epochs=2, verbose=0)
    seconds.append(time.perf_counter() - started)
    if number in (199, 499):
        pages.append(int(open("/proc/self/statm").read().split()[1]))
(program,) = cache._programs.values()
print(program._cache_size(), (pages[1] - pages[0]) * 4096 / 300, min(seconds[1:51]), min(seconds[-50:]))
"""


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_processes_give_bit_equal_weights_and_history():
    assert run(TRAIN) == run(TRAIN)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads memory from /proc")
def test_five_hundred_models_compile_once_in_flat_memory():
    compiled, slope, early, late = map(float, run(MANY).split())
    assert compiled == 1
    assert slope < 10_000, f"{slope:.0f} bytes a model"
    assert late < 2 * early, "the last models are slower than the first"
