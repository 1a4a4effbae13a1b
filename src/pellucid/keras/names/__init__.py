"""Tables of names as data: the module trees of Keras and TensorFlow, old names, old arguments, refusals."""
