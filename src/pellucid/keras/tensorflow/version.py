"""The version that scripts see: that of the TensorFlow whose names these are, and that it is not TensorFlow."""

VERSION = "2.16.0+pellucid"
GIT_VERSION = "pellucid"
COMPILER_VERSION = ""
