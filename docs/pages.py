"""The pages of the book that are written from the library itself: its parts, and its ledgers."""

import json
import re
from base64 import b64decode
from html import unescape
from importlib import import_module
from inspect import isclass, ismodule
from pathlib import Path

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import Directive

import karma_lib
from karma_lib import evidence, reproduction
from karma_lib.lesson import claim_page, explorables
from karma_lib.lesson.catalogue import badge

PARTS = ["generators", "measures", "datasets", "evidence", "theory", "plots", "lesson", "storms",
         "text"]  # fmt: skip
MODELS = {"storm": "storms", "herd": "herds", "echo": "echo chambers"}
THEMES = {"targets": "Being a target", "anonymity": "Anonymity and outrage", "herding": "Herding",
          "echo-chambers": "Echo chambers and feeds", "viewers": "What watching does",
          "deepfakes": "Forged pictures and voices", "literacy": "What helps"}  # fmt: skip
CHOSEN = {"01": 1, "03": 1, "04": 2, "05": 2, "06": 1, "07": 2, "09": 2, "10": 2, "11": 1,
          "12": 2, "15": 1}  # fmt: skip
"""Which of a notebook's captioned pictures hangs in the gallery, where it is not the first."""

FIGURE = re.compile(
    r'<figure><img alt="([^"]*)" src="data:image/png;base64,([^"]*)">'
    r"<figcaption>(.*?)</figcaption></figure>", re.S)  # fmt: skip
CONTENTS = re.compile(r"^:caption: (.+)$\n(?:^:.*$\n)*\n((?:^[\w/].*$\n)+)```", re.M)
DOI = re.compile(r"(?<![/\w`<])doi:(10\.\d{4,}/[^\s,;)]+[^\s,;.)])")


class Explorable(Directive):
    """Put a piece to play with on a page."""

    required_arguments = 1

    def run(self):
        """Return it as HTML."""
        return [nodes.raw("", explorables.page(self.arguments[0]), format="html")]


def public(module):
    """Return the names that a module offers: those it lists, else those it defines."""
    own = (n for n, t in vars(module).items() if getattr(t, "__module__", 0) == module.__name__)
    return getattr(module, "__all__", [name for name in own if not name.startswith("_")])


def entries(module, names):
    """Return the lines that document names of a module, and those of modules among them."""
    text = f".. currentmodule:: {module.__name__}\n\n"
    for name in names:
        thing = getattr(module, name)
        if ismodule(thing):
            title = f"{module.__name__.partition('.')[2]}.{name}"
            text += (
                f"{title}\n{'-' * len(title)}\n\n{doc(thing)}\n\n{entries(thing, public(thing))}"
            )
            text += f".. currentmodule:: {module.__name__}\n\n"
            continue
        kind = "class" if isclass(thing) else "function" if callable(thing) else "data"
        members = "   :members:\n   :show-inheritance:\n" if kind == "class" else ""
        text += f".. auto{kind}:: {name}\n{members}\n"
    return text


def doc(module):
    """Return what a module says of itself."""
    return safe(module.__doc__ or "")


def safe(text):
    """Keep absolute values, |x|, from being read as substitutions; code stays as it is."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(p if p.startswith("`") else p.replace("|", r"\|") for p in parts)


def api_page(title, module, names, first=None):
    """Return one page of the reference: each name once."""
    first = doc(module) if first is None else first
    return f"{title}\n{'=' * len(title)}\n\n{first}\n\n{entries(module, names)}"


def api():
    """Yield (path, text) for the reference: models by part, then the rest by module."""
    own = {name: getattr(karma_lib, name) for name in karma_lib.__all__}
    things = {name: thing for name, thing in own.items() if not ismodule(thing)}
    left = set(things)
    for folder, title in MODELS.items():
        where = f"karma_lib.models.{folder}."
        names = [n for n, thing in things.items() if thing.__module__.startswith(where)]
        left -= set(names)
        first = import_module(where[:-1]).__doc__
        yield f"api/models_{folder}.rst", api_page(f"Models of {title}", karma_lib, names, first)
    names = [name for name in things if name in left]
    first = "What the other parts are made of and run by."
    yield "api/engine.rst", api_page("Networks, runs and sweeps", karma_lib, names, first)
    for part in PARTS:
        module = import_module(f"karma_lib.{part}")
        yield f"api/{part}.rst", api_page(f"karma_lib.{part}", module, public(module))


def link(doi):
    """Return a DOI as a link, or nothing."""
    return f"[doi:{doi}](https://doi.org/{doi})" if isinstance(doi, str) and doi else ""


def cell(value):
    """Return a value as text that a table's cell can hold."""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.6g}"
    return re.sub(r"([|*_<$\\`~])", r"\\\1", " ".join(str(value).split()))


def table(rows, columns):
    """Return a table in Markdown; cells that begin with a link stay as they are."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in rows[list(columns)].itertuples(index=False):
        cells = (v if isinstance(v, str) and v.startswith("[doi:") else cell(v) for v in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def published():
    """Return the ledger of reproductions as a page: one table a study."""
    rows = reproduction.stored()
    rows = rows.assign(
        doi=rows["doi"].map(link),
        study=rows["id"].str.partition("/")[0],
        difference=[f"{d:.2g}" if pd.notna(d) else "" for d in rows["difference"]],
    )
    absent = rows["why"].fillna("").str.contains("pinned") & (rows["verdict"] == "not reproduced")
    missed = (rows["verdict"] == "not reproduced") & ~absent
    met, shown = ((rows["verdict"] == word).sum() for word in ("reproduced", "shown only"))
    text = (
        "# Ledger of reproductions\n\nEvery published or derived value that the models are held "
        f"to, beside ours. Of the {met + missed.sum()} that we compute, {met} are met and "
        f"{missed.sum()} missed. {absent.sum()} more count as not reproduced: the data "
        f"behind them are not pinned, and nothing is computed. {shown} are *shown only*: we do not "
        "compute them, and say why.\n\n## What we missed\n\n"
    )
    columns = ["id", "quantity", "published", "ours", "tolerance", "why"]
    text += table(rows[missed], columns) + "\nNow all of them, study by study.\n\n"
    for study, group in rows.groupby("study", sort=False):
        columns = ["quantity", "parameters", "published", "ours", "difference", "tolerance",
                   "verdict"]  # fmt: skip
        columns += ["why"] if group["why"].astype(bool).any() else []
        source = " · ".join(sorted(set(group["doi"]) - {""}))
        text += f"## {study}\n\n{source}\n\n{table(group, columns)}\n"
    return text


def interval(row):
    """Return an estimate with its interval, as far as they are known."""
    if pd.isna(row.estimate):
        return ""
    known = not (pd.isna(row.ci_low) or pd.isna(row.ci_high))
    return f"{row.estimate:.3g}" + (f" ({row.ci_low:.3g} to {row.ci_high:.3g})" if known else "")


def effects():
    """Return the evidence table as a page: one table a theme."""
    rows = evidence.load()
    rows = rows.assign(
        study=rows["authors"] + " " + rows["year"].astype(str),
        **{"estimate (95 % interval)": [interval(row) for row in rows.itertuples()]},
        source=rows["doi"].map(link),
    )
    columns = ["study", "design", "n", "platform", "exposure", "outcome", "metric",
               "estimate (95 % interval)", "source", "caveat"]  # fmt: skip
    far = rows["basis"].isin(["secondary", "recalled"]).sum()
    trials = rows["design"].str.match("RCT|lab experiment|online experiment").sum()
    text = (
        f"# Ledger of evidence\n\n{len(rows)} effects and findings from "
        f"{rows['doi'].nunique()} publications, by theme. {trials} come from single trials in "
        f"which chance decided; what the others say of causes depends on their design. "
        f"{far} numbers were taken at second hand or from memory: read the caveat before the "
        "number.\n\n"
    )
    for theme, title in THEMES.items():
        text += f"## {title}\n\n{table(rows[rows['theme'] == theme], columns)}\n"
    return text


def claims():
    """Return the claims ledger as a page: one section a claim, as notebook 19 shows it."""
    rows, trail = evidence.claims(), evidence.trail()
    text = (
        "# Ledger of claims\n\nTwelve claims that are often made about karma on video platforms, "
        "each with what speaks for it, what against, and what nobody knows.\n\n"
    )
    for row in rows.itertuples():
        told = claim_page(row.claim, rows, trail).data.partition("\n\n")[2]  # its title is ours
        text += f"## {row.claim}. {cell(row.text)}\n\n{told}\n\n"
    return text


def references():
    """Return every publication of the evidence table and of the targets, with its DOI."""
    rows = evidence.load()
    cited = {r.doi: f"{r.authors} ({r.year}). {cell(r.title)}." for r in rows.itertuples() if r.doi}
    for row in reproduction.targets().itertuples():
        if isinstance(row.doi, str) and row.doi:
            cited.setdefault(row.doi, f"{cell(row.citation)}.")
    lines = sorted((text, doi) for doi, text in cited.items())
    return (
        f"# References\n\nThe {len(lines)} publications behind the two ledgers. Each notebook "
        "and each model lists its own as well.\n\n"
        + "".join(f"- {text} {link(doi)}\n" for text, doi in lines)
    )


def pictures(path):
    """Return a notebook's captioned pictures in order: words, PNG, caption."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    shown = (output.get("data", {}).get("text/html", "") for cell in cells
             for output in cell.get("outputs", []))  # fmt: skip
    found = FIGURE.findall("".join("".join(html) for html in shown))
    return [(unescape(alt), b64decode(png), unescape(caption)) for alt, png, caption in found]


def hung(path, folder):
    """Put one picture of a notebook into a folder and return the lines that show it."""
    row = badge(path)
    alt, png, caption = pictures(path)[CHOSEN.get(row["notebook"], 0)]
    (folder / f"{path.stem}.png").write_bytes(png)
    where = f"notebooks/{path.stem}"
    return (
        f"```{{figure}} gallery/{path.stem}.png\n:alt: {json.dumps(alt, ensure_ascii=False)}\n\n"
        f"{{doc}}`{row['question']} <{where}>` {cell(caption)}\n```\n"
    )


def gallery(app):
    """Return a page with one picture of each notebook, in the parts of the cover."""
    source = Path(app.srcdir)
    (source / "gallery").mkdir(exist_ok=True)
    text = (
        "# Gallery\n\nOne picture from each notebook, as its cells drew it when this book was "
        "made. Each leads to its notebook, where its numbers are printed beside it.\n\n"
    )
    for part, lines in CONTENTS.findall((source / "index.md").read_text("utf-8")):
        globs = [line for line in lines.splitlines() if line.startswith("notebooks/")]
        paths = [path for glob in globs for path in sorted(source.glob(f"{glob}.ipynb"))]
        if paths:
            shown = "\n".join(hung(path, source / "gallery") for path in paths)
            text += f"## {part}\n\n````{{container}} gallery\n{shown}````\n\n"
    return text


def write(app):
    """Write all of them among the pages that are about to be read."""
    made = {**dict(api()), "ledgers/published.md": published(), "ledgers/evidence.md": effects(),
            "ledgers/claims.md": claims(), "references.md": references(),
            "gallery.md": gallery(app)}  # fmt: skip
    for name, text in made.items():
        path = Path(app.srcdir) / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")


def link_dois(app, what, name, thing, options, lines):
    """Turn `doi:10...` in a docstring into a link, before numpydoc reads it."""
    for i, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            lines[i] = DOI.sub(r"`doi:\1 <https://doi.org/\1>`__", safe(line))


def beside(app, name, text):
    """Point a notebook's links to the pages, which lie beside it here and not in `docs`."""
    text[0] = text[0].replace("](../docs/", "](../")


def setup(app):
    """Tell Sphinx."""
    app.add_directive("explorable", Explorable)
    app.connect("builder-inited", write)
    app.connect("source-read", beside)
    app.connect("autodoc-process-docstring", link_dois, priority=100)
