"""TikTok data of many tools in one tidy form, people replaced by keyed hashes.

`read_videos`, `read_comments` and `read_interactions` find the format by its content.
Every table carries a load report in `attrs["report"]`.
"""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
