"""Randomness: one 64-bit key a replicate, and the stream that kernels draw from.

A key decides everything that a run draws, so a run's numbers depend on the seed, the
grid point and the replicate, never on threads or order.

References
----------
Blackman & Vigna 2021, Scrambled linear pseudorandom number generators, ACM Transactions
on Mathematical Software 47(4):36, doi:10.1145/3460772 (xoshiro256++).
Steele, Lea & Flood 2014, Fast splittable pseudorandom number generators, OOPSLA,
doi:10.1145/2660193.2660195 (splitmix64).
"""

import numpy as np

from karma_lib import _checks
from karma_lib._kernels import kernel
from karma_lib._typing import Array, Seed

# Numba types `uint64 + 1` as int64: every constant is therefore a uint64.
GOLD = np.uint64(0x9E3779B97F4A7C15)
_A, _B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_11, _17, _19, _23, _27, _30, _31, _32, _41, _45 = (
    np.uint64(bits) for bits in (11, 17, 19, 23, 27, 30, 31, 32, 41, 45)
)


@kernel
def mix(z):  # type: ignore[no-untyped-def]
    """Scramble a uint64, or an array of them, one to one (splitmix64's finaliser)."""
    z = (z ^ (z >> _30)) * _A
    z = (z ^ (z >> _27)) * _B
    return z ^ (z >> _31)


@kernel
def seed_words(key):  # type: ignore[no-untyped-def]
    """Return the four words of a xoshiro256++ stream for one uint64 key."""
    words = np.empty(4, np.uint64)
    for i in range(4):
        key = key + GOLD
        words[i] = mix(key)
    return words


@kernel
def draw(words):  # type: ignore[no-untyped-def]
    """Return the next uint64 of a stream and move it on (xoshiro256++)."""
    a, b, c, d = words[0], words[1], words[2], words[3]
    total = a + d
    result = ((total << _23) | (total >> _41)) + a
    c ^= a
    d ^= b
    words[1] = b ^ c
    words[0] = a ^ d
    words[2] = c ^ (b << _17)
    words[3] = (d << _45) | (d >> _19)
    return result


@kernel
def unit(words):  # type: ignore[no-untyped-def]
    """Return the next number of a stream as a float in [0, 1)."""
    return float(draw(words) >> _11) * 2.0**-53


@kernel
def below(half, n):  # type: ignore[no-untyped-def]
    """Turn 32 random bits into a whole number below n, itself below 2^32."""
    return np.int64((half * np.uint64(n)) >> _32)


@kernel
def draw_people(words, n, n_drawn, taken):  # type: ignore[no-untyped-def]
    """Draw distinct people; `taken` is an all-zero byte a person, and is left so."""
    drawn = np.empty(n_drawn, np.int64)
    for i in range(n_drawn):
        person = int(unit(words) * n)
        while taken[person]:
            person = int(unit(words) * n)
        taken[person] = 1
        drawn[i] = person
    for person in drawn:
        taken[person] = 0
    return drawn


class Draws(np.random.Generator):
    """A NumPy generator that also carries the stream its run's kernels draw from.

    Both follow from one key. `words` (uint64, 4) is moved on in place, so a run that is
    cut into chunks draws the same numbers as one that is not.
    """

    words: Array

    def __init__(self, key: int) -> None:
        super().__init__(np.random.PCG64(int(key)))
        self.words = seed_words(np.uint64(key))


def seed_sequence(rng: Seed) -> np.random.SeedSequence:
    """Normalise what `rng=` takes; a Generator gives a fresh child at each call."""
    if isinstance(rng, np.random.SeedSequence):
        return rng
    if isinstance(rng, np.random.Generator):
        return rng.bit_generator.seed_seq.spawn(1)[0]  # type: ignore[attr-defined, no-any-return]
    seed = None if rng is None else _checks.count("rng", rng, most=2**128 - 1)
    return np.random.SeedSequence(seed)


def keys(seed: np.random.SeedSequence, n_replicates: int) -> Array:
    """Return one uint64 key a replicate; more replicates keep the earlier keys."""
    base = seed.generate_state(1, np.uint64)[0]
    return np.asarray(mix(base + np.arange(1, n_replicates + 1, dtype=np.uint64) * GOLD))


def draws(rng: Seed) -> Draws:
    """Return the draws of a single run; those of a sweep's run pass unchanged."""
    return rng if isinstance(rng, Draws) else Draws(keys(seed_sequence(rng), 1)[0])


IDLE = Draws(0)
"""For what takes a stream and draws nothing."""
