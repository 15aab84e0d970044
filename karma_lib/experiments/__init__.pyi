from karma_lib.experiments.calibration import Posterior, calibrate
from karma_lib.experiments.summaries import summary
from karma_lib.experiments.sweeps import sweep

__all__ = [
    "sweep", "summary", "calibrate", "Posterior",
]  # fmt: skip
