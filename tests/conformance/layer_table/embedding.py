"""Embedding: numbers become rows of a table."""

from __future__ import annotations

import numpy as np
from layer_table.rows import Integers, Row

WHOLE = np.array([[1.0, 4.0], [0.0, 1.0]])
STEPS = "a step aside from a whole number names another row"
WORDS = np.linspace(-1.0, 1.0, 12).reshape(6, 2)

TABLE: dict[str, list[Row]] = {
    "Embedding": [
        Row({"input_dim": 6, "output_dim": 3}, Integers((2, 4), 6)),
        Row({"input_dim": 6, "output_dim": 3, "mask_zero": True}, Integers((2, 4), 6)),
        Row({"input_dim": 9, "output_dim": 1, "embeddings_initializer": "ones"}, Integers((3,), 9)),
        Row({"input_dim": 6, "output_dim": 2, "weights": WORDS}, Integers((2, 3, 2), 6)),
        Row(
            {
                "input_dim": 4,
                "output_dim": 5,
                "embeddings_regularizer": "l2",
                "embeddings_constraint": "unit_norm",
            },
            Integers((3, 2), 4, dtype="uint8"),
        ),
        Row(
            {"input_dim": 5, "output_dim": 2, "embeddings_initializer": "normal"},
            WHOLE,
            skip={"gradient": STEPS},
        ),
    ],
    "ReversibleEmbedding": [
        Row({"input_dim": 6, "output_dim": 3}, Integers((2, 4), 6)),
        Row({"input_dim": 6, "output_dim": 3}, (2, 4, 3), call={"reverse": True}),
        Row(
            {
                "input_dim": 5,
                "output_dim": 4,
                "logit_soft_cap": 0.5,
                "embeddings_initializer": "normal",
            },
            (3, 4),
            call={"reverse": True},
        ),
        Row(
            {"input_dim": 4, "output_dim": 2, "tie_weights": False, "mask_zero": True},
            Integers((3, 2), 4),
            skip={"gradient": "the matrix of the way back is not used on the way there"},
        ),
        Row(
            {"input_dim": 4, "output_dim": 2, "tie_weights": False, "embeddings_regularizer": "l2"},
            (3, 2),
            call={"reverse": True},
        ),
    ],
}
