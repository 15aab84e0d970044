"""The Music Lab's null: an urn in which all songs are alike."""

from karma_lib.reproduction import each
from karma_lib.theory import popularity as theory

WEIGHTS = (0.1, 0.5, 2, 5, 10)
TARGETS = {
    **each("musiclab-null/gini-a{1}", theory.urn_gini, (48,), WEIGHTS),
    **each("musiclab-null/unpredictability-a{1}", theory.urn_unpredictability, (48,), WEIGHTS),
}
