"""Models, data and evidence for a notebook collection on digital karma."""

from karma_lib._lazy import attach

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = attach(__name__, __file__)
