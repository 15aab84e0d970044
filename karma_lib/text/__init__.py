"""Words in comments: how pleasant they sound, and whether people would call them hostile.

Both answers are weak on short videos' comments, and this part says how weak: `sentiment`
lists what VADER gets wrong, `trial` measures the classifier on comments it never saw. Use them
for parts of many comments, never to judge one comment or one person.
"""

from karma_lib.text.classifier import Hostility, hostility, model_file
from karma_lib.text.trials import calibration, confusion, trial
from karma_lib.text.vader import sentiment

__all__ = ["sentiment", "hostility", "trial", "confusion", "calibration"]
__all__ += ["Hostility", "model_file"]
