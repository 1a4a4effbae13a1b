"""Encoder and decoder with return_state; separate inference models that share the layers.

runs on: Keras 3
reaches: token accuracy >= 0.9, reversed >= 0.6
agrees: token accuracy 0.1
"""

import keras
import numpy as np

num_tokens, latent_dim, length = 8, 48, 4
START = num_tokens
rng = np.random.default_rng(0)
source = rng.integers(0, num_tokens, (2500, length))
target = source[:, ::-1]
one_hot = np.eye(num_tokens + 1, dtype="float32")
encoder_input_data = one_hot[source]
decoder_input_data = one_hot[
    np.concatenate([np.full((len(source), 1), START), target[:, :-1]], axis=1)
]
decoder_target_data = one_hot[target]

encoder_inputs = keras.Input(shape=(None, num_tokens + 1))
encoder = keras.layers.LSTM(latent_dim, return_state=True)
encoder_outputs, state_h, state_c = encoder(encoder_inputs)
encoder_states = [state_h, state_c]
decoder_inputs = keras.Input(shape=(None, num_tokens + 1))
decoder_lstm = keras.layers.LSTM(latent_dim, return_sequences=True, return_state=True)
decoder_outputs, _, _ = decoder_lstm(decoder_inputs, initial_state=encoder_states)
decoder_dense = keras.layers.Dense(num_tokens + 1, activation="softmax")
decoder_outputs = decoder_dense(decoder_outputs)
model = keras.Model([encoder_inputs, decoder_inputs], decoder_outputs)
model.compile(
    optimizer=keras.optimizers.Adam(0.01), loss="categorical_crossentropy", metrics=["accuracy"]
)
history = model.fit(
    [encoder_input_data, decoder_input_data],
    decoder_target_data,
    batch_size=64,
    epochs=12,
    validation_split=0.2,
    verbose=0,
)

encoder_model = keras.Model(encoder_inputs, encoder_states)
decoder_state_input_h = keras.Input(shape=(latent_dim,))
decoder_state_input_c = keras.Input(shape=(latent_dim,))
decoder_states_inputs = [decoder_state_input_h, decoder_state_input_c]
step_outputs, state_h_dec, state_c_dec = decoder_lstm(
    decoder_inputs, initial_state=decoder_states_inputs
)
decoder_model = keras.Model(
    [decoder_inputs, *decoder_states_inputs],
    [decoder_dense(step_outputs), state_h_dec, state_c_dec],
)


def decode_sequence(input_seq):
    states_value = encoder_model.predict(input_seq, verbose=0)
    target_seq = one_hot[[[START]]]
    decoded = []
    for _ in range(length):
        output_tokens, h, c = decoder_model.predict([target_seq, *states_value], verbose=0)
        decoded.append(int(np.argmax(output_tokens[0, -1, :])))
        target_seq = one_hot[[[decoded[-1]]]]
        states_value = [h, c]
    return decoded


right = [
    decode_sequence(encoder_input_data[i : i + 1]) == target[i].tolist() for i in range(2400, 2416)
]

RESULT = {
    "scores": {
        "token accuracy": history.history["val_accuracy"][-1],
        "reversed": float(np.mean(right)),
    },
    "shapes": {"output": decoder_outputs.shape, "state": state_h_dec.shape},
    "history": sorted(history.history),
}
