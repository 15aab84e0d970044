"""What a state of a network, or a tree, amounts to: any function `(graph, state) -> float`."""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
