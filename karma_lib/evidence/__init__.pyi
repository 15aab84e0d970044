from karma_lib.evidence.analysis import Meta, meta
from karma_lib.evidence.bias import egger, pet_peese, trim_and_fill
from karma_lib.evidence.detection import Detection, detection
from karma_lib.evidence.effects import Effect, convert, smd
from karma_lib.evidence.guards import members
from karma_lib.evidence.robustness import cumulative, leave_one_out, subgroups
from karma_lib.evidence.specification import REDUCTION_CHOICES, specifications
from karma_lib.evidence.table import bibtex, cite, load, load_pool
from karma_lib.evidence.verdicts import claims, strongest, trail, weigh

__all__ = [
    "load", "load_pool", "cite", "bibtex", "claims", "strongest", "weigh", "trail", "Effect",
    "smd", "convert", "members", "Meta", "meta", "leave_one_out", "cumulative", "Detection",
    "detection", "subgroups", "egger", "trim_and_fill", "pet_peese", "specifications",
    "REDUCTION_CHOICES",
]  # fmt: skip
