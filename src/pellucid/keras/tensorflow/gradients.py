"""What a tape gives for a source that plays no part."""


class UnconnectedGradients:
    """``tf.UnconnectedGradients``: None or zeros."""

    NONE = "none"
    ZERO = "zero"
