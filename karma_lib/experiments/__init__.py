"""Experiments: sweeps that resume, summaries with intervals, calibration."""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
