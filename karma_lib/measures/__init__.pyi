from karma_lib.measures.bursts import bursts
from karma_lib.measures.cascades import (
    breadth,
    cascade_size,
    ccdf,
    depth,
    half_life,
    share,
    size,
    structural_virality,
    tail_exponent,
    time_to,
)
from karma_lib.measures.controversy import (
    euclidean_distance,
    random_walk_controversy,
    relaxed_dipole,
)
from karma_lib.measures.hours import half_time, peak, proportionality
from karma_lib.measures.inequality import effective_number, gini, unpredictability
from karma_lib.measures.neighbours import (
    echo_correlation,
    echo_slope,
    in_paradox,
    link_average,
    majority_illusion,
    neighbour_mean,
    person_average,
)
from karma_lib.measures.polarization import (
    bimodality,
    cluster_count,
    dipole_moment,
    dispersion,
    esteban_ray,
)
from karma_lib.measures.rates import rate_ratios
from karma_lib.measures.sides import two_sides
from karma_lib.measures.structure import (
    adaptive_ei_index,
    assortativity,
    boundary_score,
    cut,
    ei_index,
    modularity,
    numeric_assortativity,
    reciprocity,
    region_count,
    standardised,
)

__all__ = [
    "cascade_size", "share", "size", "depth", "breadth", "time_to", "half_life",
    "structural_virality", "ccdf", "tail_exponent", "bursts", "peak", "half_time",
    "proportionality", "gini", "effective_number", "unpredictability", "rate_ratios", "cut",
    "ei_index", "adaptive_ei_index", "modularity", "assortativity", "numeric_assortativity",
    "boundary_score", "reciprocity", "region_count", "standardised", "two_sides",
    "random_walk_controversy", "relaxed_dipole", "euclidean_distance", "dispersion", "bimodality",
    "esteban_ray", "dipole_moment", "cluster_count", "neighbour_mean", "link_average",
    "person_average", "in_paradox", "majority_illusion", "echo_slope", "echo_correlation",
]  # fmt: skip
