"""Run every notebook from a clean kernel and build the book from what was computed.

`python -m karma_lib.study` leaves the committed notebooks untouched and writes to
`build/`. `python -m karma_lib.study --settle` rewrites the committed outputs.
"""

import asyncio
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from tqdm import tqdm

from karma_lib import _whole, datasets

ROOT = Path(__file__).parents[1]
NEEDS, SKIP = "needs:", "skip-execution"
WIDGET = "application/vnd.jupyter.widget-view+json"
_BAR = Lock()


@dataclass
class Outcome:
    """What became of one notebook."""

    path: Path
    seconds: float = 0.0
    skipped: dict[str, str] = field(default_factory=dict)
    error: str = ""


def needed(cell: Any) -> list[str]:
    """Return the data sets that a cell is tagged to need."""
    tags = cell.metadata.get("tags", [])
    return [tag.removeprefix(NEEDS) for tag in tags if tag.startswith(NEEDS)]


def missing(book: Any) -> dict[str, str]:
    """Return the data sets that a notebook needs and that cannot be had, with the reason."""
    reasons = {}
    for name in sorted({name for cell in book.cells for name in needed(cell)}):
        try:
            for file in datasets.files(name)["file"]:
                datasets.fetch(file)
        except OSError as error:
            reasons[name] = str(error)
    return reasons


def execute(book: Any, where: Path, absent: dict[str, str], title: str) -> None:
    """Run a notebook in place, but for the cells whose data are absent."""
    waiting = [
        cell for cell in book.cells if cell.cell_type == "code" and set(needed(cell)) & set(absent)
    ]
    for cell in waiting:
        cell.metadata.tags.append(SKIP)
    with _BAR:
        codes = sum(cell.cell_type == "code" for cell in book.cells) - len(waiting)
        bar = tqdm(total=codes, desc=title, unit="cell")

    def step(**_: object) -> None:
        bar.update()

    try:
        client = NotebookClient(
            book,
            timeout=300,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            record_timing=False,
            store_widget_state=False,
            skip_cells_with_tag=SKIP,
            on_cell_executed=step,
            resources={"metadata": {"path": str(where)}},
        )
        asyncio.run(client.async_execute())  # .execute() would leave its event loop open
    finally:
        bar.close()
        for cell in waiting:
            cell.metadata.tags.remove(SKIP)


def settle(book: Any) -> None:
    """Drop what only a live page, or only this machine, can use; print in one piece."""
    for cell in book.cells:
        outputs = cell.get("outputs", [])
        for place in range(len(outputs) - 1, 0, -1):
            before, output = outputs[place - 1 : place + 1]
            if output.output_type == "stream" and output.name == before.get("name"):
                before.text += output.text
                del outputs[place]
        for output in outputs:
            output.get("data", {}).pop(WIDGET, None)
    book.metadata.pop("widgets", None)
    book.metadata["language_info"] = {"name": "python"}


def explain_absence(book: Any, absent: dict[str, str]) -> None:
    """Say, above each cell that was not run, why, and what its outputs are."""
    cells: list[Any] = []
    for cell in book.cells:
        names = [name for name in needed(cell) if name in absent]
        if names and cell.cell_type == "code":
            note = (
                f"> **Not run here.** This cell needs the data set *{', '.join(names)}*, which "
                "could not be had. What stands below it was computed when the notebook was made."
            )
            cells.append(nbformat.v4.new_markdown_cell(note))
        cells.append(cell)
    book.cells = cells


def study(path: Path, target: Path) -> Outcome:
    """Run one notebook and write it to `target`; a failed cell is told, not raised."""
    outcome, begun = Outcome(path), time.perf_counter()
    try:
        book = nbformat.read(path, as_version=4)
        outcome.skipped = missing(book)
        if outcome.skipped and target == path:
            outcome.error = f"{path} keeps its outputs: {'; '.join(outcome.skipped.values())}"
            return outcome
        execute(book, path.parent, outcome.skipped, path.stem)
        settle(book)
        if target != path:
            explain_absence(book, outcome.skipped)
        _whole.write(target, f"{nbformat.writes(book)}\n".encode())
    except DeadKernelError:
        outcome.error = f"{path}: its kernel died, ended or out of memory. Try again with --jobs 1."
    except (CellExecutionError, OSError, ValueError) as error:  # a cell, its time, a file
        outcome.error = f"{path}: {error}"
    outcome.seconds = time.perf_counter() - begun
    return outcome


def gather(pages: Path) -> None:
    """Lay out the book's own pages, with a place for the notebooks."""
    shutil.rmtree(pages, ignore_errors=True)
    aside = shutil.ignore_patterns("*.py", "book.*", "__pycache__")
    with _whole.told(pages):
        shutil.copytree(ROOT / "docs", pages, ignore=aside)
        (pages / "notebooks").mkdir()


def build_book(pages: Path, book: Path) -> int:
    """Render what was computed as pages that open from disk."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E"]
    return subprocess.run([*command, "-c", ROOT / "docs", pages, book], check=False).returncode


def report(outcomes: list[Outcome]) -> None:
    """Print how long each notebook took, what was skipped and why, and what failed."""
    print("\nNotebook                          seconds")
    for outcome in outcomes:
        state = "  FAILED" if outcome.error else ""
        print(f"{outcome.path.stem:<32} {outcome.seconds:8.1f}{state}")
    for outcome in outcomes:
        for name, reason in outcome.skipped.items():
            print(f"Skipped in {outcome.path.stem}: cells that need {name}. {reason}")
    print(*(outcome.error for outcome in outcomes if outcome.error), sep="\n\n", file=sys.stderr)


def parse(arguments: list[str] | None) -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(prog="python -m karma_lib.study", description=__doc__)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: notebooks/*.ipynb")
    parser.add_argument("--settle", action="store_true", help="rewrite the committed outputs")
    parser.add_argument("--no-book", action="store_true", help="run only, build no pages")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks at a time")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run, report, build; return 1 if any cell or the book failed."""
    options = parse(arguments)
    chosen = options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    pages, book = ROOT / "build" / "study", ROOT / "build" / "book"
    try:
        if not options.settle:
            gather(pages)
    except OSError as error:
        sys.exit(str(error))

    def one(path: Path) -> Outcome:
        return study(path, path if options.settle else pages / "notebooks" / path.name)

    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(one, chosen))
    report(outcomes)
    if any(outcome.error for outcome in outcomes):
        return 1
    if options.settle or options.no_book:
        return 0
    failed = build_book(pages, book)
    print(f"The book: {book / 'index.html'}" if not failed else "No book.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
