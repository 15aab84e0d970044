from karma_lib.lesson.catalogue import catalogue
from karma_lib.lesson.exercises import Exercise, Prediction, finding, predict
from karma_lib.lesson.explorables import Explorable
from karma_lib.lesson.explorer import Explorer
from karma_lib.lesson.export import Export, own_export
from karma_lib.lesson.figures import Picture, setup, show
from karma_lib.lesson.verdicts import claim_page

__all__ = [
    "setup", "catalogue", "show", "predict", "Explorer", "Explorable", "finding", "Exercise",
    "Picture", "Prediction", "claim_page", "Export", "own_export",
]  # fmt: skip
