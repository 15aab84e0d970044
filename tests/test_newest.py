"""What is said when other versions are installed than the lock pins."""

from karma_lib.study import ROOT
from tests.newest import differing, name_of, pinned

LOCK = """
numpy==2.4.6 \\
    --hash=sha256:00
Some.Package==1.0 ; python_version >= '3.11' \\
    --hash=sha256:11
"""


def test_every_pin_is_read():
    assert pinned(LOCK) == {"numpy": "2.4.6", "some-package": "1.0"}
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert len(pinned(text)) == len({line.split("==")[0] for line in text.splitlines()
                                     if "==" in line.split(" ")[0]}) > 100  # fmt: skip


def test_what_differs_is_named_and_what_is_the_same_is_not():
    here = {"numpy": "2.5.0", "some-package": "1.0", "new": "3"}
    assert [line.split() for line in differing(pinned(LOCK), here)] == [
        ["new", "not", "pinned", "->", "3"], ["numpy", "2.4.6", "->", "2.5.0"],
    ]  # fmt: skip
    assert name_of("Jupyter_Client.x") == "jupyter-client-x"
