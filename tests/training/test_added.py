"""What layers add while they are called: losses and numbers to watch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import Model, layers
from pellucid.core.errors import ShapeError, UsageError

random = np.random.default_rng(0)
X = random.standard_normal((22, 3)).astype("float32")
Y = X[:, :1]


class Adding(pellucid.Layer):
    """Adds the mean square of its input, and watches its mean size."""

    def __init__(self, factor=1.0, only_training=False):
        super().__init__()
        self.factor = factor
        self.only_training = only_training

    def call(self, inputs, training=False):
        self.add_loss(self.factor * jnp.mean(inputs**2))
        if training or not self.only_training:
            self.add_metric(jnp.abs(inputs), name="size")
        return inputs


def network(*added):
    model = pellucid.Sequential([*added, layers.Dense(1)])
    model.compile(pellucid.optimizers.SGD(0.0), "mse")
    return model


def test_added_losses_are_part_of_loss_and_val_loss():
    model = network(Adding(0.5), Adding(2.0))
    history = model.fit(X, Y, batch_size=22, validation_data=(X, Y), verbose=0).history
    expected = ((model.predict(X) - Y) ** 2).mean() + 2.5 * (X**2).mean()
    assert history["loss"][0] == pytest.approx(expected, rel=1e-5)
    assert history["val_loss"][0] == pytest.approx(expected, rel=1e-5)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx([expected, *[np.abs(X).mean()] * 2])


def test_the_gradient_of_an_added_loss_reaches_the_weights():
    model = pellucid.Sequential([layers.Dense(2, use_bias=False), Adding()])
    model.compile(pellucid.optimizers.SGD(0.1))
    model.build((None, 3))
    kernel = model.get_weights()[0].astype("float64")
    model.fit(X, batch_size=22, epochs=1, verbose=0)
    gradient = 2 * X.T @ (X @ kernel) / (22 * 2)
    np.testing.assert_allclose(model.get_weights()[0], kernel - 0.1 * gradient, rtol=1e-5)


def test_what_is_watched_is_a_mean_over_the_rows():
    model = network(Adding())
    history = model.fit(X, Y, batch_size=5, epochs=2, validation_data=(X[:7], Y[:7]), verbose=0)
    names = ["loss", "size", "val_loss", "val_size", "learning_rate"]
    assert list(history.history) == names
    np.testing.assert_allclose(history.history["size"], [np.abs(X).mean()] * 2, rtol=1e-5)
    np.testing.assert_allclose(history.history["val_size"], [np.abs(X[:7]).mean()] * 2, rtol=1e-5)


def test_equal_names_get_numbers_and_metrics_come_behind():
    model = network(Adding(), Adding())
    model.compile("sgd", "mse", metrics=["mae"])
    history = model.fit(X, Y, verbose=0)
    assert list(history.history) == ["loss", "size", "size_1", "mae", "learning_rate"]


def test_what_is_only_watched_in_training_has_no_column_of_validation():
    model = network(Adding(only_training=True))
    history = model.fit(X, Y, validation_data=(X, Y), verbose=0).history
    assert list(history) == ["loss", "size", "val_loss", "learning_rate"]


def test_callbacks_may_monitor_what_is_watched():
    stopper = pellucid.callbacks.EarlyStopping("val_size", patience=1, mode="min")
    model = network(Adding())
    history = model.fit(X, Y, epochs=9, validation_split=0.3, callbacks=[stopper], verbose=0)
    assert len(history.epoch) == 2


def test_a_variational_autoencoder_trains_without_targets():
    class Sampling(pellucid.Layer):
        def call(self, inputs, training=False):
            mean, log_variance = jnp.split(inputs, 2, axis=-1)
            divergence = jnp.exp(log_variance) + mean**2 - 1 - log_variance
            self.add_loss(0.5 * jnp.mean(jnp.sum(divergence, axis=-1)))
            if not training:
                return mean
            noise = jax.random.normal(self.random_key(), mean.shape)
            return mean + jnp.exp(log_variance / 2) * noise

    class Autoencoder(Model):
        def __init__(self):
            super().__init__()
            self.encoder, self.sample, self.decoder = layers.Dense(4), Sampling(), layers.Dense(3)

        def call(self, inputs):
            outputs = self.decoder(self.sample(self.encoder(inputs)))
            self.add_loss(jnp.mean(jnp.sum((outputs - inputs) ** 2, axis=-1)))
            return outputs

    model = Autoencoder()
    model.compile(pellucid.optimizers.Adam(0.02))
    history = model.fit(X, epochs=30, validation_split=0.2, verbose=0).history
    assert history["loss"][-1] < 0.8 * history["loss"][0]
    assert model.evaluate(X, verbose=0) == pytest.approx(history["loss"][-1], rel=0.5)


def test_adding_outside_of_call_or_more_than_a_number_is_refused():
    layer = Adding()
    with pytest.raises(UsageError, match=r"add_metric.*inside `call`"):
        layer.add_metric(1.0, name="one")
    with pytest.raises(UsageError, match=r"add_loss.*inside `call`"):
        layer.add_loss(1.0)

    class Rows(pellucid.Layer):
        def call(self, inputs):
            self.add_loss(inputs**2)
            return inputs

    with pytest.raises(ShapeError, match=r"self.add_loss\(inputs\*\*2\)(.|\n)*jnp.mean"):
        network(Rows()).fit(X, Y, verbose=0)


def test_adding_inside_a_transform_within_call_is_refused():
    class Scanned(pellucid.Layer):
        def call(self, inputs):
            def body(carry, row):
                self.add_metric(row, name="row")
                return carry, row

            return jax.lax.scan(body, 0.0, inputs)[1]

    with pytest.raises(UsageError, match="a metric was added inside a JAX transform"):
        network(Scanned()).fit(X, Y, verbose=0)
