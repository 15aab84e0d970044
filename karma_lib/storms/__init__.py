"""From posts to karma: how a storm of comments rises, peaks and passes, video by video.

Tables in, tables out: `videos` and `comments` are tidy tables as `datasets.tiktok` reads
them, and as `datasets.load_synthetic` returns them. Look at `coverage` first: what was not
loaded has no time.
"""

from karma_lib._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
