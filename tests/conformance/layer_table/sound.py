"""Pictures of sound."""

from __future__ import annotations

from layer_table.rows import Row

SHORT = {
    "fft_length": 8,
    "sequence_stride": 4,
    "sampling_rate": 8000,
    "num_mel_bins": 3,
    "min_freq": 100.0,
}
WAVES = {"frame_length": 6, "frame_step": 3, "fft_length": 8}

TABLE: dict[str, list[Row]] = {
    "MelSpectrogram": [
        Row(SHORT, (2, 20)),
        Row({**SHORT, "power_to_db": False, "window": "hamming"}, (2, 21)),
        # One signal, for Keras takes the loudest place of the whole batch.
        Row({**SHORT, "top_db": 3.0, "ref_power": 2.0}, (1, 20)),
        Row({**SHORT, "mag_exp": 1.0, "max_freq": 3000, "sequence_length": 5}, (2, 18)),
        Row({**SHORT, "window": None, "sequence_stride": 3, "min_power": 0.5}, (2, 3, 17)),
    ],
    "STFTSpectrogram": [
        Row(WAVES, (2, 20, 1)),
        Row({**WAVES, "mode": "psd", "scaling": "spectrum", "padding": "same"}, (2, 20, 2)),
        Row(
            {"mode": "magnitude", "frame_length": 5, "window": "hamming", "expand_dims": True},
            (2, 14, 2),
        ),
        Row(
            {**WAVES, "mode": "stft", "periodic": True, "data_format": "channels_first"}, (2, 2, 15)
        ),
        Row({**WAVES, "mode": "real", "scaling": None, "padding": "same"}, (2, 13, 1)),
        Row({**WAVES, "mode": "imag", "window": None}, (2, 12, 2)),
        Row({**WAVES, "mode": "angle"}, (2, 12, 1)),
        Row(
            {**WAVES, "mode": "psd", "data_format": "channels_first", "expand_dims": True},
            (2, 2, 15),
        ),
    ],
}
