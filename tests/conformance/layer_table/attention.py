"""Attention, positions and the blocks of transformers."""

from __future__ import annotations

from typing import Any

import numpy as np
from layer_table.rows import Integers, Row

from pellucid import layers

QUERY, VALUE, KEY = (3, 4, 6), (3, 5, 6), (3, 5, 6)
SERIES = (3, 4, 6)
ALLOWED = np.random.default_rng(5).uniform(size=(1, 4, 5)) < 0.7
ALLOWED[..., 0] = (
    True  # Keras gives a step that may look at nothing the mean of what is hidden; it is no case here
)
VALID = np.array([[True, False, True, True, False]])  # for all rows of a batch
PAIR = {"query": QUERY, "value": VALUE}
TRIPLE = {"query": QUERY, "value": (3, 5, 2), "key": (3, 5, 3)}
SCORES = {"return_attention_scores": True}
TABLE_OF_STEPS = {"padding": "the weights have a place for every pair of steps, padding too"}
MASKED = dict.fromkeys(("mask", "padding"), "the call is given masks of its own")
WORDS_AND_SOURCE = {"inputs": Integers((2, 3), 5), "context": (2, 4, 3)}
FILM = (2, 3, 4, 5)  # batch, times, places, features


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return weights over the last axis."""
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def learned(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Add a row of the table to each step."""
    return np.stack([series + params["embeddings"][: len(series)] for series in inputs])


def waves(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Add one wave after the other."""
    outputs = np.array(inputs, "float64")
    steps, width = outputs.shape[1:]
    for i in range(width):
        length = layer.max_wavelength ** (2 * (i // 2) / width)
        outputs[..., i] += (np.cos if i % 2 else np.sin)(np.arange(steps) / length)
    return outputs


def turned(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Turn pairs of features as complex numbers."""
    pairs = inputs[..., 0::2] + 1j * inputs[..., 1::2]
    width = inputs.shape[-1]
    for t in range(inputs.shape[1]):
        for i in range(width // 2):
            angle = t / layer.scaling_factor / layer.max_wavelength ** (2 * i / width)
            pairs[:, t, ..., i] *= np.exp(1j * angle)
    return np.stack([pairs.real, pairs.imag], -1).reshape(inputs.shape)


def norm(params: Any, path: str, x: np.ndarray, epsilon: float) -> np.ndarray:
    """Normalise rows of features."""
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon)
    return centred / spread * params[f"{path}/gamma"] + params[f"{path}/beta"]


def gathered(params: Any, path: str, x: np.ndarray, y: np.ndarray, causal: bool) -> np.ndarray:
    """Attend head by head, row by row."""
    weight = {
        name.removeprefix(f"{path}/"): each
        for name, each in params.items()
        if name.startswith(f"{path}/")
    }
    heads, width = weight["query/bias"].shape
    outputs = np.zeros_like(x) + weight["attention_output/bias"]
    for row in range(len(x)):
        for h in range(heads):
            q, k, v = (
                z[row] @ weight[f"{name}/kernel"][:, h] + weight[f"{name}/bias"][h]
                for name, z in (("query", x), ("key", y), ("value", y))
            )
            scores = q @ k.T / np.sqrt(width)
            if causal:
                scores[np.triu_indices(len(q), 1)] = -np.inf
            outputs[row] += softmax(scores) @ v @ weight["attention_output/kernel"][h]
    return outputs


def block(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Compute an encoder's or a decoder's block part by part."""
    x, context = (
        (inputs["inputs"], inputs["context"]) if isinstance(inputs, dict) else (inputs, None)
    )
    decodes = isinstance(layer, layers.TransformerDecoderBlock)
    act = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}[layer.activation.__name__]

    def feed(z: np.ndarray) -> np.ndarray:
        hidden = act(z @ params["intermediate_dense/kernel"] + params["intermediate_dense/bias"])
        return hidden @ params["output_dense/kernel"] + params["output_dense/bias"]

    parts = [("attention_norm", lambda z: gathered(params, "attention", z, z, decodes))]
    if context is not None:
        parts.append(
            ("cross_norm", lambda z: gathered(params, "cross_attention", z, context, False))
        )
    for path, part in [*parts, ("feed_forward_norm", feed)]:
        if layer.norm_first:
            x = x + part(norm(params, path, x, layer.layer_norm_epsilon))
        else:
            x = norm(params, path, x + part(x), layer.layer_norm_epsilon)
    return x


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return 1 / (1 + np.exp(-z))


def written(layer: Any, params: Any, state: Any, inputs: Any) -> np.ndarray:
    """Decode word by word, row by row."""
    words, context, units = inputs["inputs"], inputs["context"], layer.units
    cell = {name: params[f"cell/{name}"] for name in ("kernel", "recurrent_kernel", "bias")}
    outputs = np.zeros((*words.shape, layer.vocabulary_size))
    for row, (series, memory) in enumerate(zip(words, context, strict=True)):
        joined, h, c = np.zeros(units), np.zeros(units), np.zeros(units)
        keys = memory @ params["key_dense/kernel"]
        for t, word in enumerate(series):
            x = np.concatenate([params["embedding/embeddings"][word], joined])
            if "lstm" in type(layer.cell).__name__.lower():
                z = x @ cell["kernel"] + h @ cell["recurrent_kernel"] + cell["bias"]
                i, f, g, o = np.split(z, 4)
                c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
                h = sigmoid(o) * np.tanh(c)
            else:
                z = np.split(x @ cell["kernel"] + cell["bias"][0], 3)
                r = np.split(h @ cell["recurrent_kernel"] + cell["bias"][1], 3)
                update = sigmoid(z[0] + r[0])
                h = update * h + (1 - update) * np.tanh(z[2] + sigmoid(z[1] + r[1]) * r[2])
            if layer.score_mode == "luong":
                weights = softmax(keys @ h)
            else:
                weights = softmax(
                    np.tanh(h @ params["query_dense/kernel"] + keys) @ params["score"]
                )
            joined = np.concatenate([weights @ memory, h]) @ params["join_dense/kernel"]
            joined = np.tanh(joined + params["join_dense/bias"])
            outputs[row, t] = joined @ params["output_dense/kernel"] + params["output_dense/bias"]
    return softmax(outputs) if layer.activation.__name__ == "softmax" else outputs


def alone(arguments: dict[str, Any], inputs: Any, witness: Any) -> Row:
    """Return a row of a layer that Keras has not."""
    return Row(arguments, inputs, keras=None, witness=witness)


TABLE: dict[str, list[Row]] = {
    "AdditiveAttention": [
        Row({}, [QUERY, VALUE]),
        Row({"use_scale": False}, [QUERY, VALUE]),
        Row({"dropout": 0.4}, [QUERY, (3, 5, 2), KEY]),
        Row({}, [QUERY, QUERY], call={"use_causal_mask": True}),
        Row({}, [QUERY, VALUE], call=SCORES, skip=TABLE_OF_STEPS),
        Row({"seed": 3}, [QUERY, VALUE], call={"mask": [None, VALID]}, skip=MASKED),
    ],
    "Attention": [
        Row({}, [QUERY, VALUE]),
        Row({"use_scale": True}, [QUERY, (3, 5, 2), KEY]),
        Row({"score_mode": "concat"}, [QUERY, VALUE]),
        Row(
            {"score_mode": "concat", "use_scale": True},
            [QUERY, VALUE],
            call=SCORES,
            skip=TABLE_OF_STEPS,
        ),
        Row({"dropout": 0.5, "seed": 1}, [QUERY, QUERY], call={"use_causal_mask": True}),
        Row({}, [QUERY, VALUE], call={"mask": [None, VALID]}, skip=MASKED),
        Row(
            {},
            [QUERY, VALUE],
            call={"mask": [VALID[:, :4], VALID], "use_causal_mask": True},
            skip=MASKED,
        ),
    ],
    "AttentionDecoder": [
        alone({"units": 3, "vocabulary_size": 5}, WORDS_AND_SOURCE, written),
        alone({"units": 3, "vocabulary_size": 5, "cell": "lstm"}, WORDS_AND_SOURCE, written),
        alone({"units": 2, "vocabulary_size": 6, "score_mode": "luong"}, WORDS_AND_SOURCE, written),
        alone(
            {
                "units": 2,
                "vocabulary_size": 5,
                "embedding_dim": 4,
                "activation": None,
                "dropout": 0.3,
            },
            WORDS_AND_SOURCE,
            written,
        ),
        alone(
            {
                "units": 4,
                "vocabulary_size": 7,
                "cell": "lstm",
                "score_mode": "luong",
                "activation": "linear",
            },
            WORDS_AND_SOURCE,
            written,
        ),
    ],
    "GroupQueryAttention": [
        Row({"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}, PAIR),
        Row(
            {"head_dim": 2, "num_query_heads": 3, "num_key_value_heads": 1, "use_bias": False}, PAIR
        ),
        Row({"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 2, "dropout": 0.3}, PAIR),
        Row(
            {"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, "use_gate": True},
            {"query": QUERY, "value": VALUE, "key": (3, 5, 6)},
            call=SCORES,
            skip=TABLE_OF_STEPS,
        ),
        Row(
            {"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1, "sliding_window": 2},
            PAIR,
            call={"use_causal_mask": True},
        ),
        Row(
            {
                "head_dim": 2,
                "num_query_heads": 2,
                "num_key_value_heads": 1,
                "bias_initializer": "normal",
            },
            PAIR,
            call={"attention_mask": ALLOWED},
        ),
    ],
    "MultiHeadAttention": [
        Row({"num_heads": 2, "key_dim": 3}, PAIR),
        # Without asking for the weights, Keras 3.15 on JAX fails where values and keys differ in width.
        Row(
            {"num_heads": 2, "key_dim": 3, "value_dim": 4, "use_bias": False},
            TRIPLE,
            call=SCORES,
            skip=TABLE_OF_STEPS,
        ),
        Row({"num_heads": 1, "key_dim": 2, "output_shape": 3, "dropout": 0.4}, PAIR),
        Row(
            {"num_heads": 2, "key_dim": 2, "output_shape": (2, 3)},
            PAIR,
            call=SCORES,
            skip=TABLE_OF_STEPS,
        ),
        Row(
            {"num_heads": 2, "key_dim": 2},
            {"query": QUERY, "value": QUERY},
            call={"use_causal_mask": True},
        ),
        Row({"num_heads": 2, "key_dim": 2, "sliding_window": 2}, PAIR),
        Row(
            {"num_heads": 2, "key_dim": 2, "use_gate": True}, PAIR, call={"attention_mask": ALLOWED}
        ),
        Row({"num_heads": 2, "key_dim": 2, "attention_axes": 2}, {"query": FILM, "value": FILM}),
        Row(
            {"num_heads": 2, "key_dim": 2, "attention_axes": (1, 2)},
            {"query": FILM, "value": (2, 2, 3, 5)},
            call=SCORES,
            skip=TABLE_OF_STEPS,
        ),
        Row({"num_heads": 2, "key_dim": 2}, {"query": FILM, "value": (2, 2, 3, 5)}),
        Row(
            {"num_heads": 3, "key_dim": 2, "kernel_regularizer": "l2", "bias_regularizer": "l1"},
            TRIPLE,
        ),
    ],
    "PositionEmbedding": [
        alone({"sequence_length": 4}, SERIES, learned),
        alone({"sequence_length": 7}, SERIES, learned),
        alone({"sequence_length": 5, "initializer": "uniform"}, (2, 5, 1), learned),
        alone({"sequence_length": 9, "initializer": "zeros"}, (2, 1, 3), learned),
        alone({"sequence_length": 4, "trainable": False}, SERIES, learned),
    ],
    "RotaryEmbedding": [
        alone({}, SERIES, turned),
        alone({"max_wavelength": 100.0}, SERIES, turned),
        alone({"scaling_factor": 4.0}, SERIES, turned),
        alone({}, (2, 4, 3, 2), turned),
        alone({"max_wavelength": 10.0, "scaling_factor": 0.5}, (2, 5, 1, 8), turned),
    ],
    "SinusoidalPositionEncoding": [
        alone({}, SERIES, waves),
        alone({}, (2, 9, 1), waves),
        alone({}, (2, 4, 7), waves),
        alone({"max_wavelength": 20.0}, SERIES, waves),
        alone({"max_wavelength": 1e6}, (1, 50, 8), waves),
    ],
    "TransformerDecoderBlock": [
        alone(
            {"intermediate_dim": 5, "num_heads": 2}, {"inputs": SERIES, "context": (3, 5, 4)}, block
        ),
        alone(
            {"intermediate_dim": 5, "num_heads": 2, "norm_first": True},
            {"inputs": SERIES, "context": SERIES},
            block,
        ),
        alone({"intermediate_dim": 5, "num_heads": 1}, SERIES, block),
        alone(
            {"intermediate_dim": 4, "num_heads": 3, "activation": "tanh", "dropout": 0.2},
            {"inputs": SERIES, "context": (3, 2, 6)},
            block,
        ),
        alone(
            {"intermediate_dim": 7, "num_heads": 6, "layer_norm_epsilon": 0.1, "norm_first": True},
            SERIES,
            block,
        ),
    ],
    "TransformerEncoderBlock": [
        alone({"intermediate_dim": 5, "num_heads": 2}, SERIES, block),
        alone({"intermediate_dim": 5, "num_heads": 2, "norm_first": True}, SERIES, block),
        alone({"intermediate_dim": 3, "num_heads": 1, "activation": "tanh"}, SERIES, block),
        alone({"intermediate_dim": 4, "num_heads": 3, "dropout": 0.2}, SERIES, block),
        alone({"intermediate_dim": 4, "num_heads": 6, "layer_norm_epsilon": 0.1}, (2, 3, 6), block),
    ],
}
