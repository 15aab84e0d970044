from karma_lib.theory import (
    attention,
    confidence,
    conformity,
    contagion,
    correction,
    influence,
    information,
    outrage,
    polarization,
    popularity,
    radicalization,
    silence,
    thresholds,
)

__all__ = [
    "thresholds", "contagion", "information", "conformity", "popularity", "attention",
    "outrage", "correction", "influence", "confidence", "radicalization", "silence",
    "polarization",
]  # fmt: skip
