"""From posts to karma: how a storm of comments rises, peaks and passes, video by video.

Tables in, tables out: `videos` and `comments` are tidy tables as `datasets.tiktok` reads
them, and as `datasets.load_synthetic` returns them. Look at `coverage` first: what was not
loaded has no time.
"""

from karma_lib.storms.counts import coverage, ratio
from karma_lib.storms.networks import co_comment, co_hashtag
from karma_lib.storms.waves import bursts, hostile_part, profile, series

__all__ = [
    "coverage", "ratio", "series", "bursts", "profile", "hostile_part", "co_hashtag",
    "co_comment",
]  # fmt: skip
