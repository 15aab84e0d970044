"""Hold what a model draws to a law that was enumerated by hand."""

from collections import Counter

import pytest
from scipy.stats import chisquare


def assert_drawn_from(law, drawn):
    """Hold draws to the chances of all that can come: nothing else comes, and all as often."""
    found = Counter(drawn)
    assert set(found) <= set(law)
    assert sum(law.values()) == pytest.approx(1)
    expected = [found.total() * p for p in law.values()]
    assert chisquare([found[s] for s in law], expected).pvalue > 1e-4
