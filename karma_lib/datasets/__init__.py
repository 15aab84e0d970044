"""Data: one `load_<name>()` each; real data sets are fetched once and checked always."""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
