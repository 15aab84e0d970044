"""The one reader: the files of a path, piece by piece, as the typed columns of one table."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from karma_lib.datasets import privacy
from karma_lib.datasets.tiktok._formats import KEYS, TABLES, Format
from karma_lib.datasets.tiktok._open import listed
from karma_lib.datasets.tiktok._pieces import Piece
from karma_lib.datasets.tiktok._records import Record, Records
from karma_lib.datasets.tiktok._series import Series
from karma_lib.datasets.tiktok._settings import Options, Settings
from karma_lib.datasets.tiktok._times import zone_of

CHUNK = 20_000


class Reader:
    """Reads the files of one path into pieces of one table; `report` fills as it goes."""

    def __init__(self, table: str, path: str | Path, options: Options) -> None:
        self.table, self.options, self.files = table, options, listed(path)
        zone, folder = zone_of(options.tz), self.files[0].parent
        names = privacy.Pseudonyms(privacy.secret(folder) if options.pseudonymise else None)
        self.settings = Settings(table, options, names, zone)
        self.report, self.mapped = self.settings.report, self._mapped()

    def _mapped(self) -> Format | None:
        """Return the format that a user's column map describes."""
        if self.options.columns is None:
            return None
        kinds, places = TABLES[self.table], self.options.columns
        if unknown := sorted(set(places) - set(kinds)):
            raise ValueError(
                f"columns must map names of the tidy table to yours; got {', '.join(unknown)}. "
                f"The tidy names are {', '.join(kinds)}."
            )
        if KEYS[self.table] not in places:
            raise ValueError(f"columns must hold {KEYS[self.table]}; got {[*places]}.")
        return Format("column_map", self.table, "", dict(places), counts="unknown")

    def pieces(self, most: int = CHUNK) -> Iterator[pa.Table]:
        """Yield tables of at most so many rows."""
        series = Series(self.report)
        for file in self.files:
            beside = file.suffix == ".txt" and len(self.files) > 1
            given = self.options.encoding, self.mapped, self.options.keep_good_pages, beside
            found = iter(Records(file, self.table, self.report, series, *given))
            while some := list(islice(found, most)):
                groups: dict[Format, list[Record]] = defaultdict(list)
                for record in some:
                    groups[record.form].append(record)
                for form, records in groups.items():
                    yield Piece(form, records, self.settings, file).table()
        series.end()
