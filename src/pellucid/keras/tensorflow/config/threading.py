"""``tf.config.threading``: numbers of threads, accepted without effect."""


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Accept a number of threads."""


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """Accept a number of threads."""
