"""``tf.autograph.experimental``."""

from pellucid.keras.tensorflow.contexts import do_not_convert

__all__ = ["do_not_convert"]
