from karma_lib.plots._style import COLOURS, DASHES, MARKERS
from karma_lib.plots.curves import (
    plot_grid,
    plot_groups,
    plot_hours,
    plot_ledger,
    plot_map,
    plot_sizes,
    plot_theory_and_runs,
)
from karma_lib.plots.evidence import (
    plot_bubble,
    plot_claims,
    plot_cumulative,
    plot_forest,
    plot_funnel,
    plot_leave_one_out,
    plot_specifications,
)
from karma_lib.plots.networks import layout, plot_courses, plot_echoes, plot_spread

__all__ = [
    "plot_hours", "plot_spread", "plot_echoes", "plot_courses", "plot_map",
    "plot_theory_and_runs", "plot_groups", "plot_grid", "plot_sizes", "plot_ledger", "layout",
    "COLOURS", "DASHES", "MARKERS", "plot_claims", "plot_forest", "plot_funnel",
    "plot_cumulative", "plot_leave_one_out", "plot_bubble", "plot_specifications",
]  # fmt: skip
