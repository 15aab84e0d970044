"""Words in comments: how pleasant they sound, and whether people would call them hostile.

Both answers are weak on short videos' comments, and this part says how weak: `sentiment`
lists what VADER gets wrong, `trial` measures the classifier on comments it never saw. Use them
for parts of many comments, never to judge one comment or one person.
"""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
