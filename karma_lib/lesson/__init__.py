"""What a notebook is made of: pictures with words, guesses, exercises, findings."""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
