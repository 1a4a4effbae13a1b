"""``tf.errors``: the classes that scripts catch; each is an error of Python or of Pellucid."""

from __future__ import annotations

from pellucid.core.errors import PellucidError

OpError = PellucidError
InvalidArgumentError = ValueError
NotFoundError = FileNotFoundError
OutOfRangeError = StopIteration
ResourceExhaustedError = MemoryError
UnimplementedError = NotImplementedError
FailedPreconditionError = RuntimeError
InternalError = RuntimeError
AbortedError = RuntimeError
UnavailableError = RuntimeError
