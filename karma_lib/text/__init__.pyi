from karma_lib.text.classifier import Hostility, hostility, model_file
from karma_lib.text.trials import calibration, confusion, trial
from karma_lib.text.vader import sentiment

__all__ = [
    "sentiment", "hostility", "trial", "confusion", "calibration", "Hostility", "model_file",
]  # fmt: skip
