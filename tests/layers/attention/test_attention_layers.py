"""Attention layers: masks, errors, weights in Keras's order, generation."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import apply, init, layers
from pellucid.core.errors import ArgumentError, ArgumentTypeError, PellucidError, ShapeError

RNG = np.random.default_rng(6)
SERIES = RNG.normal(size=(2, 5, 6)).astype("float32")
SOURCE = RNG.normal(size=(2, 7, 4)).astype("float32")
VALID = np.array([[True] * 4 + [False] * 3, [True] * 7])


def test_multi_head_weights_stand_in_keras_order():
    layer = layers.MultiHeadAttention(2, 3, value_dim=4, use_gate=True, output_shape=8)
    layer(SERIES, SOURCE)
    shapes = [each.shape for each in layer.get_weights()]
    assert shapes == [
        *[(6, 2, 3), (2, 3)],
        *[(4, 2, 3), (2, 3)],
        *[(6, 2, 4), (2, 4)],
        *[(4, 2, 4), (2, 4)],
        *[(2, 4, 8), (8,)],
    ]
    params, _ = init(layer)
    assert list(params)[:4] == ["query/kernel", "query/bias", "key/kernel", "key/bias"]


def test_one_series_for_all_and_three_copies_give_the_same():
    layer = layers.MultiHeadAttention(2, 3)
    together = layer(SERIES, SERIES)
    apart = layer(SERIES, SERIES.copy(), SERIES.copy())
    np.testing.assert_allclose(together, apart, atol=1e-6)


@pytest.mark.parametrize("garbage", [np.nan, np.inf, 1e30])
def test_garbage_in_the_padding_reaches_neither_outputs_nor_gradients(garbage):
    layer = layers.MultiHeadAttention(2, 3)
    dirty = np.where(VALID[..., None], SOURCE, garbage).astype("float32")
    params, state = init_pair(layer, SERIES, SOURCE)

    def total(params, source):
        outputs = bound(layer, params, state, SERIES, source, value_mask=VALID)
        return jnp.sum(jnp.sin(outputs)), outputs

    clean, wanted = jax.grad(total, has_aux=True)(params, SOURCE)
    found, outputs = jax.grad(total, has_aux=True)(params, dirty)
    np.testing.assert_array_equal(outputs, wanted)
    for path in clean:
        np.testing.assert_array_equal(found[path], clean[path])
    short = bound(layer, params, state, SERIES[:1], SOURCE[:1, :4])
    np.testing.assert_allclose(outputs[:1], short, atol=1e-6)


def init_pair(layer, *inputs):
    """Build the layer at the prompt and return its arrays."""
    layer(*inputs)
    return init(layer)


def bound(layer, params, state, *inputs, **options):
    """Apply a layer of several inputs to arrays."""

    class Around(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = layer

        def call(self, inputs):
            return self.inner(*inputs, **options)

    arrays = {f"inner/{path}": array for path, array in params.items()}
    inner_state = {f"inner/{path}": array for path, array in state.items()}
    return apply(Around(), arrays, inner_state, [jnp.asarray(each) for each in inputs])[0]


def test_positions_between_projection_and_product_make_weights_depend_on_distance():
    layer = layers.MultiHeadAttention(1, 4, position_encoding=layers.RotaryEmbedding())
    same = np.repeat(SERIES[:1, :1], 6, axis=1)
    _, weights = layer(same, same, return_attention_scores=True)
    scores = np.log(np.asarray(weights)[0, 0])
    differences = scores - scores[:, :1]
    np.testing.assert_allclose(
        differences[2, 3] - differences[2, 2], differences[3, 4] - differences[3, 3], atol=1e-4
    )
    assert np.ptp(np.asarray(weights)[0, 0, 0]) > 1e-6
    plain = layers.MultiHeadAttention(1, 4)(same, same, return_attention_scores=True)[1]
    np.testing.assert_allclose(plain, 1 / 6, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: layers.MultiHeadAttention(2, 3)(SERIES[0], SOURCE),
            r"series, shape \(batch, steps",
        ),
        (
            lambda: layers.MultiHeadAttention(2, 3)(SERIES, SOURCE, SERIES),
            "each key needs its value",
        ),
        (
            lambda: layers.MultiHeadAttention(2, 3, attention_axes=0)(SERIES, SOURCE),
            "names the batch",
        ),
        (lambda: layers.GroupQueryAttention(3, 4, 3), r"cannot share[\s\S]*num_key_value_heads=1"),
        (lambda: layers.Attention()(SERIES), "list of two or three"),
        (lambda: layers.Attention()([SERIES, SOURCE]), r"6 features.*keys of 4[\s\S]*Dense\(6\)"),
        (lambda: layers.Attention()([SERIES, SERIES], mask=VALID), "one mask or None for each"),
        (lambda: layers.Attention(score_mode="cosine"), "'dot', 'concat'"),
        (lambda: layers.TransformerEncoderBlock(8, 4)(SERIES), r"4 heads[\s\S]*num_heads=3"),
        (lambda: layers.TransformerEncoderBlock(8, 2)(SERIES[0]), "needs series"),
        (
            lambda: layers.PositionEmbedding(4)(SERIES),
            r"reaches position 5[\s\S]*sequence_length=5",
        ),
        (lambda: layers.RotaryEmbedding()(SERIES[..., :5]), "turned in pairs"),
        (lambda: layers.AttentionDecoder(3, 4)(SERIES, SOURCE), r"words have the shape"),
        (lambda: layers.AttentionDecoder(3, 4, cell="rnn"), "'gru', 'lstm'"),
    ],
)
def test_errors_say_what_came_and_what_repairs_it(make, said):
    with pytest.raises(PellucidError, match=said):
        make()


def test_a_query_alone_is_refused_with_the_way_to_look_at_itself():
    with pytest.raises(ArgumentTypeError, match=r"\(x, x\) lets the steps of x look at each other"):
        layers.MultiHeadAttention(2, 3)(SERIES)


def test_before_and_after_exist_on_one_axis_only():
    film = RNG.normal(size=(2, 3, 4, 5)).astype("float32")
    with pytest.raises(ShapeError, match="on one axis only"):
        layers.MultiHeadAttention(2, 3)(film, film, use_causal_mask=True)
    outputs = layers.MultiHeadAttention(2, 3, attention_axes=1)(film, film, use_causal_mask=True)
    assert outputs.shape == film.shape


def test_causal_attention_sees_nothing_of_what_follows():
    later = SERIES.copy()
    later[:, 3:] = 9.0
    for layer in (
        layers.TransformerDecoderBlock(8, 2),
        layers.TransformerDecoderBlock(
            8, 3, norm_first=True, position_encoding=layers.RotaryEmbedding()
        ),
    ):
        before, after = (np.asarray(layer(x)) for x in (SERIES, later))
        np.testing.assert_allclose(before[:, :3], after[:, :3], atol=1e-6)
        assert np.abs(before[:, 3:] - after[:, 3:]).max() > 1e-3


def test_a_decoder_keeps_to_how_it_was_built():
    block = layers.TransformerDecoderBlock(8, 2)
    block(SERIES, SOURCE)
    with pytest.raises(ShapeError, match=r"built with a context[\s\S]*block.clone\(\)"):
        block(SERIES)


def test_positions_can_start_later():
    zeros = np.zeros((1, 6, 4), "float32")
    for layer in (layers.PositionEmbedding(6), layers.SinusoidalPositionEncoding()):
        whole = np.asarray(layer(zeros))
        np.testing.assert_allclose(layer(zeros[:, :2], start_index=3), whole[:, 3:5], atol=1e-6)
    turned = layers.RotaryEmbedding()
    x = SERIES[:, :1]
    whole = turned(np.repeat(x, 4, axis=1))
    np.testing.assert_allclose(turned(x, start_index=3)[:, 0], whole[:, 3], atol=1e-6)


def test_dropping_happens_in_training_only_and_differs_between_calls():
    layer = layers.MultiHeadAttention(2, 3, dropout=0.5)
    still = layer(SERIES, SERIES)
    np.testing.assert_array_equal(still, layer(SERIES, SERIES))
    one, two = (np.asarray(layer(SERIES, SERIES, training=True)) for _ in range(2))
    assert np.abs(one - still).max() > 1e-4 and np.abs(one - two).max() > 1e-4


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_generation_is_teacher_forcing_with_its_own_words(cell):
    decoder = layers.AttentionDecoder(8, 9, cell=cell)
    words = np.asarray(decoder.generate(SOURCE, start=1, steps=5))
    taught = np.concatenate([np.full((2, 1), 1), words[:, :-1]], axis=1)
    likely = np.asarray(decoder(taught, SOURCE)).argmax(-1)
    np.testing.assert_array_equal(words, likely)
    assert words.dtype == np.int32


def test_after_the_end_only_the_end_follows():
    decoder = layers.AttentionDecoder(8, 3)
    free = np.asarray(decoder.generate(SOURCE, start=1, steps=8))
    end = int(free[0, 2])
    words = np.asarray(decoder.generate(SOURCE, start=1 if end != 1 else 0, steps=8, end=end))
    for row in words:
        if end in row:
            assert (row[list(row).index(end) :] == end).all()


def test_decoder_looks_at_no_padding_and_tells_where():
    decoder = layers.AttentionDecoder(4, 5)
    words = np.array([[1, 2], [3, 4]])
    dirty = np.where(VALID[..., None], SOURCE, np.nan).astype("float32")
    outputs, weights = decoder(words, dirty, context_mask=VALID, return_attention_scores=True)
    np.testing.assert_array_equal(np.asarray(weights)[0, :, 4:], 0)
    np.testing.assert_allclose(np.asarray(weights).sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(outputs[:1], decoder(words[:1], SOURCE[:1, :4]), atol=1e-6)
    assert np.asarray(weights).shape == (2, 2, 7)


def test_decoder_skips_padded_words_and_takes_the_encoders_state():
    decoder = layers.AttentionDecoder(4, 5, mask_zero=True)
    padded = np.asarray(decoder(np.array([[1, 0, 2]]), SOURCE[:1]))
    plain = np.asarray(decoder(np.array([[1, 2]]), SOURCE[:1]))
    np.testing.assert_allclose(padded[:, [0, 2]], plain, atol=1e-6)
    started = decoder(np.array([[1, 2]]), SOURCE[:1], initial_state=np.ones((1, 4), "float32"))
    assert np.abs(np.asarray(started) - plain).max() > 1e-4
    zeros = decoder(np.array([[1, 2]]), SOURCE[:1], initial_state=np.zeros((1, 4), "float32"))
    np.testing.assert_allclose(zeros, plain, atol=1e-6)


def test_a_decoder_learns_to_write_a_series_backwards():
    """A few hundred steps on series of three words; without attention or feeding it would not get there."""
    rng = np.random.default_rng(0)
    source = rng.integers(2, 6, (64, 3))
    words = source[:, ::-1]
    before = np.concatenate([np.ones((64, 1), int), words[:, :-1]], axis=1)
    context = np.eye(6, dtype="float32")[source]
    context = np.concatenate([context, np.tile(np.eye(3, dtype="float32"), (64, 1, 1))], axis=-1)
    decoder = layers.AttentionDecoder(16, 6)
    params, state = init_pair(decoder, before, context)

    def loss(params):
        outputs = bound(decoder, params, state, before, context)
        return -jnp.mean(jnp.log(jnp.take_along_axis(outputs, words[..., None], -1) + 1e-7))

    def step(_, carry):
        params, mean, square = carry
        gradient = jax.grad(loss)(params)
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
        square = jax.tree.map(lambda s, g: 0.99 * s + 0.01 * g * g, square, gradient)
        moved = jax.tree.map(
            lambda p, m, s: p - 0.02 * m / (jnp.sqrt(s) + 1e-6), params, mean, square
        )
        return moved, mean, square

    zeros = jax.tree.map(jnp.zeros_like, params)
    trained, _, _ = jax.jit(lambda p: jax.lax.fori_loop(0, 250, step, (p, zeros, zeros)))(params)
    decoder.set_weights([trained[path] for path in params])
    written = np.asarray(decoder.generate(context, start=1, steps=3))
    assert (written == words).mean() > 0.95


@pytest.mark.oracle
def test_encoder_block_equals_torch():
    torch = pytest.importorskip("torch", reason="oracle extra")
    for norm_first in (False, True):
        block = layers.TransformerEncoderBlock(5, 2, norm_first=norm_first)
        params, _ = init_pair(block, SERIES)
        params = {path: np.asarray(array) + 0.1 for path, array in params.items()}
        block.set_weights(list(params.values()))
        peer = torch.nn.TransformerEncoderLayer(
            6, 2, 5, dropout=0.0, batch_first=True, norm_first=norm_first
        )
        kernels = [
            params[f"attention/{name}/kernel"].reshape(6, 6).T for name in ("query", "key", "value")
        ]
        biases = [params[f"attention/{name}/bias"].ravel() for name in ("query", "key", "value")]
        peer.load_state_dict(
            {
                "self_attn.in_proj_weight": torch.tensor(np.concatenate(kernels)),
                "self_attn.in_proj_bias": torch.tensor(np.concatenate(biases)),
                "self_attn.out_proj.weight": torch.tensor(
                    params["attention/attention_output/kernel"].reshape(6, 6).T.copy()
                ),
                "self_attn.out_proj.bias": torch.tensor(params["attention/attention_output/bias"]),
                "linear1.weight": torch.tensor(params["intermediate_dense/kernel"].T.copy()),
                "linear1.bias": torch.tensor(params["intermediate_dense/bias"]),
                "linear2.weight": torch.tensor(params["output_dense/kernel"].T.copy()),
                "linear2.bias": torch.tensor(params["output_dense/bias"]),
                "norm1.weight": torch.tensor(params["attention_norm/gamma"]),
                "norm1.bias": torch.tensor(params["attention_norm/beta"]),
                "norm2.weight": torch.tensor(params["feed_forward_norm/gamma"]),
                "norm2.bias": torch.tensor(params["feed_forward_norm/beta"]),
            }
        )
        np.testing.assert_allclose(block(SERIES), peer(torch.tensor(SERIES)).detach(), atol=1e-5)
        padding = np.array([[False, False, False, True, True], [False] * 5])
        ours = block(SERIES, mask=~padding)
        theirs = peer(torch.tensor(SERIES), src_key_padding_mask=torch.tensor(padding)).detach()
        np.testing.assert_allclose(np.asarray(ours)[~padding], theirs.numpy()[~padding], atol=1e-5)


def test_a_number_of_heads_below_one_is_refused():
    with pytest.raises(ArgumentError, match="`num_heads` must be an integer of at least 1"):
        layers.MultiHeadAttention(0, 3)
