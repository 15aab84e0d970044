"""The evidence: a table of effects, meta-analysis with guards, and the claims ledger."""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
