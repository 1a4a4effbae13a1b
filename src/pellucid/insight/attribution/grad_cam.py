"""Grad-CAM: where a convolution's feature maps speak for the answer, as one heat map a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import numpy as np

from pellucid.core.errors import UsageError
from pellucid.insight.attribution.attribution import Attribution, attribution_of
from pellucid.insight.attribution.question import question_of
from pellucid.insight.inside.subject import Subject, subject_of
from pellucid.layers.convolution.base import ConvolutionLayer


def grad_cam(
    model: Any, x: Any, target: Any = None, *, path: str | None = None, of: str = "logits"
) -> Attribution:
    """Return where the last convolution saw what speaks for the answer.

    Equation: ``L = relu(Σ_k α_k A_k)`` with ``A_k`` the layer's feature map ``k`` and ``α_k`` the mean over its places
    of ``dS/dA_k``; ``S`` is the target's score. ``L`` is then resized to the input, linearly between its places.

    Args:
        model: As for :func:`~pellucid.insight.saliency`, with a convolution in it.
        x: Pictures ``(rows, height, width, channels)``, series ``(rows, steps, channels)`` or volumes.
        target: As for :func:`~pellucid.insight.saliency`.
        path: The layer whose outputs, ``(rows, ..., maps)``, are taken. Default None: the last convolution.
        of: As for :func:`~pellucid.insight.saliency`.

    Returns:
        An :class:`~pellucid.insight.Attribution`; its values have ``x``'s shape without channels and are not negative.
        ``details`` has the layer's ``"path"`` and the map as small as the layer gives it, ``"coarse"``.

    Raises:
        UsageError: There is no convolution, or the layer at ``path`` gives no maps.
        UnknownNameError: No layer has the path.

    Example:
        >>> import numpy as np, pellucid
        >>> from pellucid import insight, layers
        >>> model = pellucid.Sequential(
        ...     [
        ...         layers.Conv2D(1, 1, kernel_initializer="ones"),
        ...         layers.GlobalMaxPooling2D(),
        ...         layers.Dense(1, kernel_initializer="ones"),
        ...     ]
        ... )
        >>> x = np.zeros((1, 3, 3, 1))
        >>> x[0, 1, 2] = 1.0
        >>> insight.grad_cam(model, x).ranking()[0]
        (1, 2)

    Source: Selvaraju et al., Grad-CAM, 2017, https://arxiv.org/abs/1610.02391.
    Keras shows it as an example to copy, with a second model; Captum's ``LayerGradCam`` wants the layer named, and
    leaves the resizing to another call.
    """
    subject = subject_of(model, x)
    chosen = last_convolution(subject) if path is None else path
    subject.layer_at(chosen)
    spec = subject.shapes[chosen]
    if not hasattr(spec, "shape") or len(spec.shape) < 3:
        raise UsageError(
            "grad_cam",
            f"layer '{chosen}' gives no feature maps (rows, ..., maps).",
            f"path='{last_convolution(subject)}'",
        )
    question = question_of("grad_cam", model, x, target, of, path=chosen)
    gradients, maps, rows = question.gradients(), question.start, question.subject.inputs
    rows = jax.tree.leaves(rows)[0]
    if getattr(subject.layer_at(chosen), "data_format", None) == "channels_first":
        gradients, maps, rows = (np.moveaxis(each, 1, -1) for each in (gradients, maps, rows))
    places = tuple(range(1, len(spec.shape) - 1))
    coarse = np.maximum((gradients.mean(places, keepdims=True) * maps).sum(-1), 0)
    size = rows.shape[1 : 1 + len(places)]
    values = np.asarray(jax.image.resize(coarse, (len(coarse), *size), "linear"))
    details = {"path": chosen, "coarse": coarse}
    found = attribution_of(question, "Grad-CAM", values, signed=False, details=details)
    return replace(found, place="inputs")  # that is where they lie once they are resized


def last_convolution(subject: Subject) -> str:
    """Return the path of the last convolution that is called.

    Raises:
        UsageError: There is none.
    """
    calls = [path for path in subject.shapes if path]
    found = [path for path in calls if isinstance(subject.layer_at(path), ConvolutionLayer)]
    if not found:
        kinds = ", ".join(f"{path} ({type(subject.layer_at(path)).__name__})" for path in calls)
        raise UsageError(
            "grad_cam",
            f"the model has no convolution, whose maps could be drawn; its layers are: {kinds}.",
            "insight.integrated_gradients(model, x) works for every model",
        )
    return found[-1]
