"""TikTok data of many tools in one tidy form, people replaced by keyed hashes.

`read_videos`, `read_comments` and `read_interactions` find the format by its content.
Every table carries a load report in `attrs["report"]`.
"""

from karma_lib.datasets.privacy import apply_deletions
from karma_lib.datasets.tiktok._export import read_interactions
from karma_lib.datasets.tiktok._parquet import (
    co_hashtags,
    per_author,
    per_hour,
    query,
    store,
    write_csv,
)
from karma_lib.datasets.tiktok._report import IdPrecisionError
from karma_lib.datasets.tiktok._tables import read_comments, read_videos

__all__ = ["read_videos", "read_comments", "read_interactions", "apply_deletions"]
__all__ += ["IdPrecisionError", "store", "query", "per_hour", "per_author", "co_hashtags"]
__all__ += ["write_csv"]
