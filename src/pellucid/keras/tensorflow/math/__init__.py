"""``tf.math``: arithmetic number by number, sums along axes, sums by group, special functions."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow"

ELEMENTWISE = """abs=absolute add subtract multiply divide truediv negative square sqrt rsqrt exp log log1p expm1
    pow=power sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh floor ceil round=rounded rint sign
    reciprocal reciprocal_no_nan sigmoid softplus softsign log_sigmoid erf erfc erfinv erfcinv lgamma digamma
    maximum minimum floordiv floormod mod=floormod truncatediv truncatemod squared_difference divide_no_nan
    multiply_no_nan xlogy xlog1py xdivy scalar_mul complex=complex_of real imag conj angle polyval add_n
    accumulate_n=add_n"""
COMPARING = """equal not_equal less less_equal greater greater_equal logical_and logical_or logical_not logical_xor
    is_nan is_inf is_finite"""
REDUCING = """reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_any reduce_all reduce_std
    reduce_variance reduce_logsumexp reduce_euclidean_norm argmax argmin count_nonzero cumsum cumprod
    cumulative_logsumexp"""
GROUPING = """segment_sum segment_mean segment_max segment_min segment_prod unsorted_segment_sum
    unsorted_segment_mean unsorted_segment_max unsorted_segment_min unsorted_segment_prod bincount
    confusion_matrix in_top_k invert_permutation zero_fraction"""

__getattr__, __dir__ = facade(
    __name__,
    {
        f"{_HERE}.math.elementwise": ELEMENTWISE,
        f"{_HERE}.math.comparing": COMPARING,
        f"{_HERE}.math.reducing": REDUCING,
        f"{_HERE}.math.grouping": GROUPING,
        f"{_HERE}.picking": "top_k approx_max_k=top_k",
        f"{_HERE}.linalg": "l2_normalize",
        f"{_HERE}.nn.activations": "softmax log_softmax",
    },
)
