from karma_lib.storms.counts import coverage, ratio
from karma_lib.storms.networks import co_comment, co_hashtag
from karma_lib.storms.waves import bursts, hostile_part, profile, series

__all__ = [
    "coverage", "ratio", "series", "bursts", "profile", "hostile_part", "co_hashtag",
    "co_comment",
]  # fmt: skip
