"""Figures: `plot_<what>(table, *, ax=None) -> Axes`."""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
