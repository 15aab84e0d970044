from karma_lib.datasets.privacy import apply_deletions
from karma_lib.datasets.tiktok._export import read_interactions
from karma_lib.datasets.tiktok._queries import co_hashtags, per_author, per_hour, query, write_csv
from karma_lib.datasets.tiktok._report import IdPrecisionError
from karma_lib.datasets.tiktok._stored import store
from karma_lib.datasets.tiktok._tables import read_comments, read_videos

__all__ = [
    "read_videos", "read_comments", "read_interactions", "apply_deletions", "IdPrecisionError",
    "store", "query", "per_hour", "per_author", "co_hashtags", "write_csv",
]  # fmt: skip
