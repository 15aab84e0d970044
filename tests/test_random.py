import numpy as np
import pytest

from karma_lib import _random
from karma_lib._random import Draws, draw, draws, keys, mix, seed_sequence, seed_words, unit

MASK = 2**64 - 1


def splitmix(state):
    """The reference splitmix64, in Python integers."""
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


def xoshiro(s):
    """The reference xoshiro256++, in Python integers."""

    def rotl(x, k):
        return ((x << k) | (x >> (64 - k))) & MASK

    result = (rotl((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
    t = (s[1] << 17) & MASK
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotl(s[3], 45)
    return result


@pytest.mark.parametrize("key", [0, 1, 42, 2**63, MASK])
def test_the_stream_is_xoshiro_seeded_by_splitmix(key):
    state, words = key, []
    for _ in range(4):
        state, word = splitmix(state)
        words.append(word)
    ours = seed_words(np.uint64(key))
    assert ours.tolist() == words
    assert [int(draw(ours)) for _ in range(100)] == [xoshiro(words) for _ in range(100)]


def test_a_known_value_of_splitmix():
    assert int(mix(np.uint64(0x9E3779B97F4A7C15))) == 0xE220A8397B1DCDAF  # published for seed 0


def test_unit_is_uniform_on_zero_to_one():
    words = seed_words(np.uint64(3))
    x = np.array([unit(words) for _ in range(40_000)])
    assert 0 <= x.min()
    assert x.max() < 1
    assert abs(x.mean() - 0.5) < 4 * (1 / 12 / len(x)) ** 0.5
    assert abs((x < 0.1).mean() - 0.1) < 4 * (0.09 / len(x)) ** 0.5


def test_more_replicates_keep_the_earlier_keys_and_none_repeats():
    few, many = keys(seed_sequence(5), 10), keys(seed_sequence(5), 100_000)
    assert few.tolist() == many[:10].tolist()
    assert len(np.unique(many)) == len(many)


def test_a_generator_gives_a_fresh_child_at_each_call():
    rng = np.random.default_rng(1)
    assert keys(seed_sequence(rng), 1) != keys(seed_sequence(rng), 1)


def test_a_seed_sequence_is_not_used_up():
    seed = np.random.SeedSequence(1)
    assert keys(seed_sequence(seed), 1) == keys(seed_sequence(seed), 1)


@pytest.mark.parametrize("bad", [-1, 1.5, "a", True, [1]])
def test_what_is_no_seed_is_refused(bad):
    with pytest.raises((TypeError, ValueError), match=r"rng must be (a whole number|at least 0)"):
        seed_sequence(bad)


def test_the_draws_of_a_sweep_pass_unchanged():
    mine = Draws(7)
    assert draws(mine) is mine
    assert isinstance(draws(None), np.random.Generator)


def test_no_module_uses_the_global_stream():
    from pathlib import Path

    for path in Path(_random.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        assert "np.random.seed" not in text
        assert "random.seed(" not in text
