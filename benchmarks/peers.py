"""Install the peers beside us, one by one; one that cannot be had is said, not fatal."""

import subprocess
import sys

PEERS = {
    "ndlib==6.0.1": ["six", "scikit-learn"],  # missing from its own requirements
    "cynetdiff==0.1.18": [],
    "pyseldonlib==1.0.0": [],
    "tick==0.8.0.2": [],
    "EoN==2.0": [],
    "mesa==3.3.1": [],
    "doces==0.1.0": [],
}

for peer, more in PEERS.items():
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, peer, *more], capture_output=True, text=True, check=False)
    last = (done.stderr.strip().splitlines() or ["ok"])[-1]
    print(f"{peer:<22} {'installed' if done.returncode == 0 else f'cannot be had: {last}'}")
