"""Run JavaScript: with Node, or in Chromium where there is no Node."""

import json
import shutil
import subprocess

import pytest

from karma_lib.lesson.explorables import MODELS, source
from tests.chromium import CHROMIUM, launched, opened

NODE = shutil.which("node")


def in_node(script):
    done = subprocess.run(
        [NODE, "--input-type=module", "-"],
        input=f"{script}\nconsole.log(JSON.stringify(result));",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def in_chromium(script):
    with launched() as browser, opened(browser) as page:
        page.set_content(f"<script type=module>{script}\nwindow.result = result;</script>")
        page.wait_for_function("window.result !== undefined", timeout=120_000)
        return page.evaluate("result")


def run(body, job):
    """Return what `result` is after the models' modules and `body`, which knows `job`."""
    script = f"{source(*MODELS)}\nconst job = {json.dumps(job)};\n{body}"
    if NODE:
        return in_node(script)
    if CHROMIUM:
        return in_chromium(script)
    pytest.skip("the explorables' models need Node or Chromium: neither is here")
