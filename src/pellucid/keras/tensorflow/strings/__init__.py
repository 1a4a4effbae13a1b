"""``tf.strings``: text, word by word and row by row, on the host."""

from __future__ import annotations

from pellucid.keras.tensorflow.facade import facade

_HERE = "pellucid.keras.tensorflow.strings"

__getattr__, __dir__ = facade(
    __name__,
    {
        f"{_HERE}.changing": """lower upper strip regex_replace substr join reduce_join as_string format=filled_in
            to_number to_hash_bucket to_hash_bucket_fast to_hash_bucket_strong""",
        f"{_HERE}.parting": "split bytes_split unicode_split unicode_decode unicode_encode length regex_full_match",
    },
)
