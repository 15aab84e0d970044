"""Real answers of people in published studies, without what could name them."""

import pandas as pd

from karma_lib import _checks
from karma_lib.datasets._read import read_tables, report
from karma_lib.datasets._store import BUNDLED, fetch, files

STUDIES = ("becker_2017", "lorenz_2011", "gurcay_2015")
CIRCLE = ("social_circle_2", "political_position_TEXT")


def load_asch_errors() -> pd.DataFrame:
    """Return how often people erred with a unanimous wrong majority, by its size; bundled.

    Returns
    -------
    DataFrame
        11 rows: 4 sizes as printed in 1955, 7 as printed in 1951.

    Notes
    -----
    *Source*: Asch 1951, in Guetzkow (ed.), Groups, leadership and men; Asch 1955, Opinions
    and social pressure, Scientific American 193(5):31-35,
    doi:10.1038/scientificamerican1155-31. Rows of `data/published/targets.csv`.

    *Licence*: figures are facts.

    *Columns*: `year` (int, of the text), `majority` (int, people who agree on the wrong
    line), `errors` (float, share of the critical trials; for 1951 the printed mean number
    over 12), `basis`, `source`, `doi`.

    *Pitfalls*: the texts print different curves: name the year. All rows are recalled, the
    texts not having been read: show them, hold nothing to them. For 1951 sources give the
    largest majority as 10 to 16.

    *Privacy*: means of an experiment; nobody in it.

    Examples
    --------
    >>> asch = load_asch_errors()
    >>> asch[asch["year"] == 1955]["errors"].tolist()
    [0.036, 0.136, 0.318, 0.351]
    """
    rows = pd.read_csv(BUNDLED / "published" / "targets.csv")
    sizes = rows["id"].str.extract(r"asch-(?P<year>\d+)/.*majority(?P<majority>\d+)").dropna()
    rows = rows.loc[sizes.index].rename(columns={"citation": "source"})
    errors = rows["value"].where(rows["unit"] == "fraction", rows["value"] / 12)
    table = sizes.astype(int).assign(errors=errors).join(rows[["basis", "source", "doi"]])
    return table.reset_index(drop=True)


def load_crowd_estimates(study: str = "becker_2017") -> pd.DataFrame:
    """Return people's estimates before and after they saw others'.

    Parameters
    ----------
    study : {"becker_2017", "lorenz_2011", "gurcay_2015"}

    Returns
    -------
    DataFrame
        5,909 rows (Becker), 864 (Lorenz), 4,448 (Gürçay); an answer that was not given is missing.

    Notes
    -----
    *Source*: Becker, Brackbill & Centola 2017, doi:10.1073/pnas.1615978114; Lorenz et al.
    2011, doi:10.1073/pnas.1008636108; Gürçay, Mellers & Baron 2015, J. Behavioral Decision
    Making; files of Pilgrim & Becker.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns*: as in each study: group, condition, question, estimates by round, the true
    value.

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: scales differ by question by orders of magnitude: compare in units of the
    pooled spread or in logarithms.

    *Privacy*: numbers instead of persons in the sources.
    """
    _checks.one_of("study", study, STUDIES)
    drop = ("Unnamed: 0", "...1", "Session_Date") if study == "lorenz_2011" else ()
    return read_tables("crowd-estimates", only=study, drop=drop)


def load_twitter_wellbeing() -> pd.DataFrame:
    """Return a day-by-day survey of US Twitter users on use and mood.

    Returns
    -------
    DataFrame
        6,218 reports.

    Notes
    -----
    *Source*: de Mello, Cheung & Inzlicht 2024, doi:10.1038/s44271-024-00062-z.

    *Licence*: MIT of the host repository; fetched by each user.

    *Columns*: `random_id` (int, person), `days_elapsed`, use (`used_tt`, `w_scrolled`, …:
    bool), mood (`pos_aff`, `neg_aff`, …), scales of personality and use, `age`, `Sex`; the
    codebook is the article's.

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: self-reports; within a person, not caused by use. Rows of one person are not
    independent.

    *Privacy*: anonymous survey; response ids, dates, nationality and ethnicity are dropped on
    load.
    """
    drop = ("ResponseId", "StartDate", "day", "time", "day_0", "Nationality", "ethnicity")
    return read_tables("twitter-wellbeing", drop=drop, low_memory=False)


def load_facebook_deactivation() -> pd.DataFrame:
    """Return a trial of a week without Facebook in Bosnia and Herzegovina.

    Returns
    -------
    DataFrame

    Notes
    -----
    *Source*: Asimovic et al. 2021, doi:10.1073/pnas.2022819118.

    *Licence*: not stated; fetched by each user, never redistributed here.

    *Columns*: `treatment` (0, 1), `attrition`, `time_usage`, well-being items (`satisf`,
    `depression`, `loneliness`, `nerv`, `boredom`, `joy`, `isol`, `fulf`), thermometers
    (`outfeel_therm`, `infeel_therm`), trust items; the codebook is the article's.

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: people left the trial; compare `attrition` by arm first.

    *Privacy*: anonymous survey; ethnicity, region and codes are dropped on load.
    """
    drop = ("code", "ethn", "entity", "bosniak", "croat", "serb")
    return read_tables("facebook-deactivation", drop=drop)


def load_headline_deliberation() -> pd.DataFrame:
    """Return people's judgements of true and false headlines, one row a judgement.

    Returns
    -------
    DataFrame
        2,020 judgements.

    Notes
    -----
    *Source*: Bago, Rand & Pennycook 2020, Fake news, fast and slow, doi:10.1037/xge0000729;
    file of Batailler et al.

    *Licence*: CC BY 4.0.

    *Columns*: `ID` (int, person), `reality` (real, fake), `group`, `reaction_time`,
    `confidence`, `perceived_accu` (0, 1), `seen`, `crt_score`, `item`, media and political
    scales.

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: study 1, final answers only.

    *Privacy*: anonymous survey; age, sex, income, schooling, votes and free answers are
    dropped on load.
    """
    drop = ("age", "sex", "education", "income", "vote", "vote_district", "forced_district")
    return read_tables("headline-deliberation", drop=(*drop, *CIRCLE), encoding_errors="replace")


def load_ai_fact_check() -> pd.DataFrame:
    """Return a trial of fact-checks written by a language model.

    Returns
    -------
    DataFrame
        86,360 judgements of headlines.

    Notes
    -----
    *Source*: DeVerna et al. 2024, Fact-checking information from large language models can
    decrease headline discernment, doi:10.1073/pnas.2322823121.

    *Licence*: MIT of the host repository; fetched by each user.

    *Columns*: `person` (int), `Group` (belief or sharing), `Condition`, `option_cond`,
    `exp_response` (bool), `gender`, `edu`, `edu_recoded`, `party_id`, `party_recoded`,
    `AI_att_mean`, `congruency`, `veracity`, `qualtrics_question_num`,
    `ano_true_false_unsure`.

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: judgements of one person are not independent. Needs pyarrow to read.

    *Privacy*: survey ids become numbers in order of appearance; year of birth, race and all
    texts are dropped on load.
    """
    table = pd.read_parquet(fetch(files("ai-fact-check")["file"].item()))
    table.insert(0, "person", table["ResponseId"].factorize()[0])
    return report(table, ("ResponseId", "year_birth", "race", "headline_text", "cgpt_response"))


def load_news_judgement() -> pd.DataFrame:
    """Return effect sizes of how people judge true and false news.

    Returns
    -------
    DataFrame
        463 rows, one a condition of a study.

    Notes
    -----
    *Source*: Pfander & Altay 2025, Spotting false news and doubting true news,
    doi:10.1038/s41562-024-02086-1.

    *Licence*: MIT of the host repository; fetched by each user.

    *Columns*: `paperID`, `reference`, `country`, `design`, `n`, `mean_fake_as_accurate`,
    `SD_fake_as_accurate`, `mean_true_as_accurate`, `SD_true_as_accurate`, `accuracy_scale`,
    `condition`, …; the codebook comes with the file.

    *Report*: `attrs["report"]`: rows read, rows kept, duplicated rows, empty cells, columns
    dropped.

    *Pitfalls*: control and treatment rows stand side by side (`condition`): the article uses
    control rows only. Rows of a sample are not independent (`sampleID`).

    *Privacy*: published studies; nobody in it.
    """
    drop = ("comments_intervention_selection", "comments", "details_pretest")
    return read_tables("news-judgement", only="/data.csv", skipinitialspace=True, drop=drop)
