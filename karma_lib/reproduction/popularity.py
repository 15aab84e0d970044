"""The Music Lab's null: an urn in which all songs are alike."""

from functools import partial

from karma_lib.theory import popularity as theory

TARGETS = {
    "musiclab-null/gini-a{weight}": partial(theory.urn_gini, 48),
    "musiclab-null/unpredictability-a{weight}": partial(theory.urn_unpredictability, 48),
}
