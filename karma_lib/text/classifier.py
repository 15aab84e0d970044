"""Would people call a comment hostile? A linear model that is trained here, and kept."""

import hashlib
import io
import warnings
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sklearn
from scipy.sparse import vstack
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion, Pipeline, make_union

from karma_lib import _whole
from karma_lib._typing import Array
from karma_lib.datasets import files, load_unhealthy_conversations
from karma_lib.datasets._store import cache_folder
from karma_lib.text.vader import listed

CORPUS = "unhealthy-conversations"


@dataclass(frozen=True, kw_only=True, eq=False)
class Hostility:
    """A linear model of hostility; its fields are the arrays it is kept as.

    Parameters
    ----------
    words, pieces : ndarray of str, shape (n_words,) and (n_pieces,)
        Words and pairs of words; runs of 2 to 5 characters within a word.
    idf, weights : ndarray of float64, shape (n_words + n_pieces,)
        How rare each is, and how it moves the score.
    line : ndarray of float64, shape (4,)
        Intercept of the score; slope and intercept of its calibration (Platt); the probability
        from which a comment is called hostile.
    held_out : ndarray of float64, shape (n_training,)
        For each training comment the probability from a model that had not seen it.
    """

    words: Array
    pieces: Array
    idf: Array
    weights: Array
    line: Array
    held_out: Array

    @cached_property
    def _reader(self) -> FeatureUnion:
        reader = _reader(self.words, self.pieces)
        idfs = np.split(self.idf, [len(self.words)])
        for (_, part), idf in zip(reader.transformer_list, idfs, strict=True):
            part.idf_ = idf
        return reader

    def probability(self, texts: list[str]) -> Array:
        """Return the calibrated probability of each text: ndarray of float64, shape (n,)."""
        intercept, slope, offset, _ = self.line
        score = self._reader.transform([*texts] or [""]) @ self.weights + intercept
        return np.asarray(expit(slope * score + offset))[: len(texts)]


def _reader(words: Array | None = None, pieces: Array | None = None) -> FeatureUnion:
    """Return TF-IDF of words and of characters; their vocabularies are learnt if not given."""
    word = {"ngram_range": (1, 2), "min_df": 2, "strip_accents": "unicode", "vocabulary": words}
    piece = {"ngram_range": (2, 5), "min_df": 3, "analyzer": "char_wb", "vocabulary": pieces}
    return make_union(*(TfidfVectorizer(sublinear_tf=True, **options) for options in (word, piece)))


def _fitted(texts: Array, judged: Array) -> Pipeline:
    """Fit on the share of judges who called a comment hostile: each text stands for both sides.

    Nearly nine in ten comments that somebody called hostile are so by a minority; a majority's
    yes or no would throw them away. C = 1 had the best AUC of 0.1, 0.3, 1 and 3 over the folds.
    """
    reader = _reader()
    read = reader.fit_transform(texts)
    model = LogisticRegression(C=1.0, solver="liblinear", random_state=0)
    sides = np.repeat([1, 0], len(texts))
    model.fit(vstack([read, read]), sides, sample_weight=np.concatenate([judged, 1 - judged]))
    return Pipeline([("reader", reader), ("model", model)])


def _trained() -> Hostility:
    """Train on one part of the corpus, calibrate by five folds of it."""
    known = corpus("val")
    texts, label = known["comment"].to_numpy(), known["hostile"].to_numpy()
    judged = np.where(label == 1, known["hostile:confidence"], 1 - known["hostile:confidence"])
    held = np.empty(len(label))
    for inner, outer in StratifiedKFold(5, shuffle=True, random_state=0).split(texts, label):
        held[outer] = _fitted(texts[inner], judged[inner]).decision_function(texts[outer])
    platt = LogisticRegression(C=np.inf).fit(held[:, None], label)
    probability = platt.predict_proba(held[:, None])[:, 1]
    precision, recall, steps = precision_recall_curve(label, probability)
    best = np.argmax((precision * recall / np.maximum(precision + recall, 1e-9))[:-1])
    reader, model = _fitted(texts, judged).named_steps.values()
    parts = [part for _, part in reader.transformer_list]
    line = [model.intercept_[0], platt.coef_[0, 0], platt.intercept_[0], steps[best]]
    return Hostility(
        words=parts[0].get_feature_names_out().astype(str),
        pieces=parts[1].get_feature_names_out().astype(str),
        idf=np.concatenate([part.idf_ for part in parts]),
        weights=model.coef_[0],
        line=np.array(line),
        held_out=probability,
    )


def corpus(part: str) -> pd.DataFrame:
    """Return one part of the corpus with its words, which go no further than the classifier."""
    table = load_unhealthy_conversations(with_text=True)
    return table[table["source"] == part].reset_index(drop=True)


def model_file() -> Path:
    """Return where the trained model is kept: the user's cache, by code and data version."""
    mark = hashlib.sha256(Path(__file__).read_bytes() + sklearn.__version__.encode())
    mark.update("".join(files(CORPUS)["sha256"]).encode())
    return cache_folder() / "models" / f"hostility-{mark.hexdigest()[:16]}.npz"


def _kept(place: Path) -> Hostility | None:
    """Return the model that a file holds; None if there is none, or it is damaged."""
    if (body := _whole.read(place)) is None:
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        return Hostility(**held)


@cache
def kept_model(place: Path) -> Hostility:
    """Return the kept model, or train it and keep it: whole or not at all."""
    if (found := _kept(place)) is not None:
        return found
    model, held = _trained(), io.BytesIO()
    np.savez_compressed(held, **asdict(model))
    try:
        _whole.write(place, _whole.signed(held.getvalue()))
    except OSError as error:
        warnings.warn(f"{error} Till then each start trains the model anew.", stacklevel=3)
    return model


def hostility(texts: str | Iterable[Any]) -> Array:
    """Return for each text the probability that most judges would call it hostile.

    Parameters
    ----------
    texts : iterable of str, length n

    Returns
    -------
    ndarray of float64, shape (n,)
        In [0, 1]; what `storms.hostile_part` takes. Its mean estimates the hostile part.

    Raises
    ------
    TypeError
        If a text is no string.
    OSError
        If the model is not kept yet and its corpus cannot be had; the message names the remedy.

    Notes
    -----
    TF-IDF of words and of characters into a logistic regression, trained on 4,427 comments of a
    Canadian newspaper (`datasets.load_unhealthy_conversations`, part `val`), the first time it
    is asked for, in some ten seconds; kept in the user's cache, without any pickle.

    *Limits*: **weak.** On the 4,425 comments of the part `test` its AUC is 0.72 (0.67 to 0.77);
    of those that most judges call hostile it finds a quarter, and nine in ten of those it calls
    hostile are not (`trial` computes both). Probabilities are calibrated for that newspaper,
    where 2 % are hostile: in a storm they are too low. It knows no emoji, no slang of videos and
    no language but English, and learnt from 99 hostile comments. Compare windows, say how weak it
    is, never judge one comment or one person by it.

    References
    ----------
    Price et al. 2020, Six attributes of unhealthy conversations,
    doi:10.18653/v1/2020.alw-1.15. Platt 1999, Probabilistic outputs for support vector machines.
    """
    found = listed(texts)
    return kept_model(model_file()).probability(found) if found else np.empty(0)
