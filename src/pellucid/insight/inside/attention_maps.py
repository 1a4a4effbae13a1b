"""Attention maps: which step looks at which, by each head of an attention layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.core.late import LateModule
from pellucid.insight.inside.finding import called_layer
from pellucid.insight.inside.hooks import Hook, run_hooked
from pellucid.insight.inside.subject import subject_of
from pellucid.layers.attention.headed import HeadedAttention
from pellucid.layers.attention.scored import ScoredAttention
from pellucid.modules import Layer

Arrays = dict[str, Any]

# Pictures need Matplotlib, which is imported when one is drawn.
drawing: Any = LateModule("pellucid.insight.inside.drawing")


@dataclass(frozen=True)
class AttentionMaps:
    """The weights of one attention layer.

    Attributes:
        path: The layer's path.
        weights: Which part of each step's answer comes from which step of the source, (rows, heads, steps, source);
            they add up to 1 over the source, or are 0 where nothing may be looked at.
        inputs: The rows.
    """

    path: str
    weights: np.ndarray
    inputs: Any

    def draw(self, row: int = 0, labels: Any = None) -> Any:
        """Return a figure: one map for each head, steps downwards, what they look at to the right.

        Args:
            row: Which row. Default 0.
            labels: What the steps are called, e.g. the words; for self-attention. Default None: their numbers.
        """
        return drawing.draw_attention(self, row, labels)


def attention_maps(model: Any, x: Any, path: str | None = None) -> AttentionMaps:
    """Return the weights of an attention layer inside a model, as they are in the model's own call of it.

    Equation: ``w_h[t, s] = softmax over s of (q_h[t] · k_h[s] / sqrt(d))`` of the head ``h``; masks count.

    Args:
        model: Any model; the layer's call in it need not ask for scores.
        x: Rows, as for ``predict``; a few.
        path: The attention layer's path, ``"transformer_encoder_block/attention"``. Default None: the first one.

    Returns:
        An :class:`~pellucid.insight.AttentionMaps`; ``.draw()`` gives the picture. Of a layer that is called several
        times, the last call's.

    Raises:
        UsageError: There is no attention layer, or the one at ``path`` is none.
        UnknownNameError: No layer has the path.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> inputs = layers.Input((3, 8))
        >>> outputs = layers.MultiHeadAttention(2, 4)(inputs, inputs, use_causal_mask=True)
        >>> model = pellucid.Model(inputs, outputs)
        >>> insight.attention_maps(model, np.ones((1, 3, 8))).weights[0, 1].round(2)
        array([[1.  , 0.  , 0.  ],
               [0.5 , 0.5 , 0.  ],
               [0.33, 0.33, 0.33]], dtype=float32)

    Source: Vaswani et al., Attention Is All You Need, 2017, https://arxiv.org/abs/1706.03762.
    Keras and PyTorch give weights only to the code that calls the layer.
    """
    subject = subject_of(model, x)
    kinds = (HeadedAttention, ScoredAttention)
    chosen = called_layer("attention_maps", subject, path, kinds, "an attention layer")

    def make(part: Layer) -> Callable[..., Any]:
        def pellucid_attention(params: Arrays, state: Arrays, inputs: Any) -> Any:
            kept: list[Any] = []
            run_hooked(part, params, state, inputs, {chosen: keeping_scores(kept)})
            return kept[-1]

        return pellucid_attention

    program = subject.program(("attention", chosen), make)
    found = []
    for count, batch in subject.batches():
        found.append(np.asarray(program(subject.params, subject.state, batch))[:count])
    weights = np.concatenate(found)
    # Attention without heads, of Luong and Bahdanau, is as one head.
    return AttentionMaps(chosen, weights if weights.ndim > 3 else weights[:, None], subject.inputs)


def keeping_scores(kept: list[Any]) -> Hook:
    """Return the hook that has a layer give its weights too, keeps them, and gives the model what it asked for."""

    def hook(call: Any, *args: Any, **kwargs: Any) -> Any:
        wanted = kwargs.pop("return_attention_scores", False)
        outputs, weights = call(*args, **kwargs, return_attention_scores=True)
        kept.append(weights)
        return (outputs, weights) if wanted else outputs

    return hook
