"""The names and numbers of the file format that the writer and the reader share."""

FORMAT = "pellucid"
FORMAT_VERSION = 1
"""Raised when the format changes; older versions stay readable for ever."""

DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2", "BOOL": "bool", "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64",
    "U8": "uint8", "U16": "uint16", "U32": "uint32", "U64": "uint64",
}  # fmt: skip
"""Dtypes by the names that safetensors gives them."""
