"""The evidence table: effects with their sources, and the pools drawn from it."""

from functools import cache

import pandas as pd

from karma_lib import _checks
from karma_lib.datasets._store import BUNDLED
from karma_lib.evidence.guards import RECALLED

FOLDER = BUNDLED / "evidence"


@cache
def _rows() -> pd.DataFrame:
    return pd.read_csv(
        FOLDER / "evidence.csv", keep_default_na=False, na_values=[""]
    )  # "null" is a word


def load(
    *, theme: str | None = None, design: str | None = None, basis: str | None = None
) -> pd.DataFrame:
    """Return the evidence table, or the part of it that is asked for.

    Parameters
    ----------
    theme : str, optional
        viewers, targets, anonymity, herding, echo-chambers, literacy or deepfakes.
    design : str, optional
        A word of the design, such as "RCT" or "meta-analysis"; capitals do not matter.
    basis : str, optional
        paper, dataset, secondary or recalled.

    Returns
    -------
    DataFrame
        One row an effect. The columns are explained in `data/evidence/README.md`; 198 rows
        in all, chosen because a notebook needs them: not a systematic review. What a paper
        does not give is missing.

    Notes
    -----
    Rows with `basis` "recalled" are not verified: show them in grey and never compute with
    them. A null result in words has an empty `estimate`: it is text, never a point at 0.

    Examples
    --------
    >>> len(load()), len(load(theme="herding", design="rct", basis="paper"))
    (198, 6)
    """
    table = _rows()
    for name, value in (("theme", theme), ("basis", basis)):
        if value is not None:
            _checks.one_of(name, value, sorted(_rows()[name].unique()))
            table = table[table[name] == value]
    if design is not None:
        table = table[table["design"].str.contains(design, case=False, regex=False)]
        if table.empty:
            raise ValueError(f"design must name a design of these rows; got {design!r}.")
    return table.reset_index(drop=True)


def load_pool(pool: str, *, durations: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the members of one pool of comparable studies.

    Parameters
    ----------
    pool : {"P1", "P2", "P3", "P4"}
        P1: experiments on less social media, well-being. P2: media-literacy tips. P3:
        accuracy prompts, one laboratory. P4: labels on headlines, a forest without a diamond.
    durations : tuple of str, default all
        Of P1: "under-1-week", "1-week", "multi-week", "exposure".

    Returns
    -------
    DataFrame
        One row a study: `id`, `study`, `year`, `estimate`, `variance`, `se`, `metric`,
        `design`, `basis`, `sample`, `use` and the pool's moderators, missing where not known.

    Notes
    -----
    A split of P1 by duration is post hoc: say so wherever it is shown.

    Examples
    --------
    >>> len(load_pool("P1")), len(load_pool("P1", durations=("exposure",)))
    (27, 7)
    """
    table = pd.read_csv(FOLDER / "pools.csv").rename(columns={"evidence_id": "id"})
    _checks.one_of("pool", pool, sorted(table["pool"].unique()))
    table = table[table["pool"] == pool].dropna(axis=1, how="all").reset_index(drop=True)
    for name in durations:
        if name not in set(table.get("duration_group", ())):
            raise ValueError(f"durations must be durations of pool {pool}; got {name!r}.")
    if durations:
        table = table[table["duration_group"].isin(durations)].reset_index(drop=True)
    columns = ["id", "authors", "year", "basis", "sample", "doi"]
    return table.assign(se=table["variance"] ** 0.5).merge(_rows()[columns], on="id")


def _source(identifier: str) -> dict[str, str]:
    row = _rows()[[one == identifier for one in _rows()["id"]]]  # half a letter is no text
    if row.empty:
        raise KeyError(f"identifier must be a row of the evidence table; got {identifier!r}.")
    return {name: str(value) for name, value in row.iloc[0].fillna("").items()}


def cite(identifier: str) -> str:
    """Return the reference of one row, with its DOI.

    Parameters
    ----------
    identifier : str
        The row's `id`.

    Returns
    -------
    str
        Authors, year, title, DOI; it says so where the DOI or the number is not verified.

    Examples
    --------
    >>> cite("rost-2016-aggression")[-79:]
    'Online Firestorms in Social Media. https://doi.org/10.1371/journal.pone.0155923'
    """
    row = _source(identifier)
    doi = f"https://doi.org/{row['doi']}" if row["doi"] else "(no DOI recorded)"
    doubts = [
        *(["DOI not verified"] if row["doi"] and row["doi_checked"] != "yes" else []),
        *(["number recalled, not verified"] if row["basis"] == RECALLED else []),
    ]
    note = f" [{'; '.join(doubts)}]" if doubts else ""
    return f"{row['authors']} ({row['year']}). {row['title']}. {doi}{note}"


def bibtex() -> str:
    """Return the whole table's references as BibTeX, one entry a publication.

    Returns
    -------
    str
        What `data/evidence/evidence.bib` holds; keys are the first row's `id` cut after
        the year, with a letter where two publications would share one.

    Examples
    --------
    >>> bibtex().splitlines()[0]
    '@misc{allcott-2020,'
    """
    sources = _rows()[["id", "authors", "year", "title", "doi"]].fillna("")
    coded = sources["title"].str.startswith("(")
    sources = sources[~coded].drop_duplicates(["authors", "year", "title"])
    keys = sources["id"].str.extract(r"^(.+?-\d{4})")[0]
    letters = keys.groupby(keys).cumcount().map(lambda i: "" if i == 0 else chr(97 + i))
    entries = []
    for key, row in zip(keys + letters, sources.to_dict("records"), strict=True):
        authors = " and ".join(
            "others" if name == "et al." else f"{{{name}}}"
            for name in row["authors"].replace(" et al.", ", et al.").split(", ")
        )
        fields = {
            "author": authors,
            "title": f"{{{row['title']}}}",
            "year": row["year"],
            "doi": row["doi"],
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value != ""]
        entries.append("\n".join([f"@misc{{{key},", *lines, "}"]))
    return "\n\n".join(entries) + "\n"
