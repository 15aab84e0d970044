"""What a user may say about a file, and what one reading of it shares."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from karma_lib.datasets.privacy import Pseudonyms
from karma_lib.datasets.tiktok._report import Report


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a user may say about a file; see `read_videos`."""

    pseudonymise: bool = True
    columns: dict[str, str] | None = None
    tz: str | None = None
    time_format: str | None = None
    encoding: str | None = None
    allow_damaged_ids: bool = False
    keep_good_pages: bool = False
    refresh_days: int | None = 30


@dataclass(frozen=True)
class Settings:
    """What every piece of one reading shares."""

    table: str
    options: Options
    names: Pseudonyms
    zone: ZoneInfo | None
    report: Report = field(default_factory=Report)
