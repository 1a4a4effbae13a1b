"""The facade that Keras's tests see in place of ``keras.src``: public names of a Keras, and a few helpers."""
