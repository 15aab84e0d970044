"""Time and memory of the TikTok readers on generated files, each in a process of its own.

`python benchmarks/tiktok.py` prints a table. Memory is the peak of the process, as Linux counts
it (the peak that `resource` gives begins with the parent's); that of `import karma_lib` alone
stands in the first row. 1,000,000 comments of the Research API
(about 200 MB), the same stored piece by piece, a personal export of 50,000 rows.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SIZE = int(os.environ.get("KARMA_BENCH_ROWS", 1_000_000))
SCRIPT = r"""
import re, time
import karma_lib as kl
begun, used = time.perf_counter(), time.process_time()
n = {work}
seconds, used = time.perf_counter() - begun, time.process_time() - used
peak = re.search(r'VmHWM:\s+(\d+)', open('/proc/self/status').read())[1]
print(n, seconds, used, int(peak) * 1024 / 1e6)
"""
T = "kl.datasets.tiktok"


def comments(path):
    draw = random.Random(1)
    with path.open("w") as stream:
        for place in range(SIZE):
            second = 1_732_000_000 + place
            record = {"id": (second << 32) + draw.getrandbits(32), "like_count": draw.randrange(99),
                      "video_id": 7438883357196114809 + draw.randrange(999) * 7, "reply_count": 0,
                      "text": f"comment number {place} with words 😭 ", "create_time": second + 30}  # fmt: skip
            record["parent_comment_id"] = record["video_id"]
            stream.write(json.dumps(record) + "\n")


def export(path):
    watched = [{"Date": f"2025-{1 + n % 12:02}-{1 + n % 28:02} 10:{n % 60:02}:00",
                "Link": f"https://www.tiktokv.com/share/video/{7438883357196114809 + n}/"}
               for n in range(50_000)]  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("user_data_tiktok.json", json.dumps(
            {"Your Activity": {"Watch History": {"VideoList": watched}}}))  # fmt: skip


def main():
    with tempfile.TemporaryDirectory() as folder:
        lines, packed = Path(folder, "in", "comments.ndjson"), Path(folder, "in", "export.zip")
        lines.parent.mkdir()
        comments(lines)
        export(packed)
        works = {
            "import karma_lib": "0",
            "read_comments": f"len({T}.read_comments({str(lines)!r}))",
            "store (piece by piece)": f"{T}.store({str(lines)!r}, {folder + '/out'!r})['rows kept']",
            "per_hour on what was stored": f"len({T}.per_hour({folder + '/out'!r}))",
            "read_interactions": f"len({T}.read_interactions({str(packed)!r}))",
        }
        print(f"{'work':<30}{'rows':>12}{'seconds':>10}{'CPU s':>8}{'peak MB':>10}")
        for name, work in works.items():
            done = subprocess.run([sys.executable, "-c", SCRIPT.format(work=work)], check=True,
                                  capture_output=True, text=True)  # fmt: skip
            rows, seconds, used, peak = done.stdout.split()
            print(
                f"{name:<30}{int(rows):>12,}{float(seconds):>10.2f}{float(used):>8.2f}{float(peak):>10.0f}"
            )


if __name__ == "__main__":
    main()
