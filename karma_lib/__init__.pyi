from karma_lib import (
    datasets,
    evidence,
    generators,
    lesson,
    measures,
    plots,
    reproduction,
    storms,
    text,
    theory,
)
from karma_lib.experiments import calibrate, summary, sweep
from karma_lib.graph import Graph
from karma_lib.models.base import Model, Run
from karma_lib.models.echo.administrator import NetworkAdministrator
from karma_lib.models.echo.confidence import BoundedConfidence, HegselmannKrause
from karma_lib.models.echo.culture import Axelrod
from karma_lib.models.echo.feed import RankedFeed
from karma_lib.models.echo.homophily import (
    LatentHomophily,
    matched_peer_effect,
    peer_effect,
    randomised_peer_effect,
)
from karma_lib.models.echo.influence import DeGroot, FriedkinJohnsen
from karma_lib.models.echo.radicalization import ActivityDrivenOpinions
from karma_lib.models.echo.rewiring import CoevolvingVoter
from karma_lib.models.echo.segregation import Schelling
from karma_lib.models.echo.silence import SpiralOfSilence
from karma_lib.models.echo.social_feed import SocialFeedRewiring
from karma_lib.models.herd.conformity import MajorityRule, NoisyVoter, QVoter, Voter
from karma_lib.models.herd.contagion import ComplexContagion, IndependentCascade, LinearThreshold
from karma_lib.models.herd.information import InformationCascade
from karma_lib.models.herd.popularity import GroupEstimate, HerdedRating, PopularityMarket
from karma_lib.models.herd.seeds import greedy_seeds, most_heard
from karma_lib.models.herd.thresholds import Threshold
from karma_lib.models.storm.attention import Hawkes
from karma_lib.models.storm.branching import Seismic, branching_tree
from karma_lib.models.storm.correction import HoaxAndCheck
from karma_lib.models.storm.outrage import OutrageLearning
from karma_lib.models.storm.pile_on import PileOn
from karma_lib.tree import Tree

__version__: str

__all__ = [
    "Graph", "Tree", "generators", "datasets", "Model", "Run", "Threshold",
    "IndependentCascade", "LinearThreshold", "ComplexContagion", "greedy_seeds",
    "most_heard", "InformationCascade", "Voter", "NoisyVoter", "QVoter", "MajorityRule",
    "PopularityMarket", "HerdedRating", "GroupEstimate", "DeGroot", "FriedkinJohnsen",
    "NetworkAdministrator", "BoundedConfidence", "HegselmannKrause", "Axelrod",
    "Schelling", "CoevolvingVoter", "SocialFeedRewiring", "ActivityDrivenOpinions",
    "SpiralOfSilence", "RankedFeed", "LatentHomophily", "peer_effect",
    "matched_peer_effect", "randomised_peer_effect", "Hawkes", "Seismic", "branching_tree",
    "OutrageLearning", "HoaxAndCheck", "PileOn", "measures", "sweep", "summary", "calibrate",
    "storms", "text", "theory", "evidence", "reproduction", "plots", "lesson",
]  # fmt: skip
