"""Count the library's lines of code: no docstring, no comment, no blank line.

`python tests/code_lines.py` prints the sum; `make help` shows it.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

SOURCES = sorted((Path(__file__).parents[1] / "karma_lib").rglob("*.py"))
SKIPPED = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip


def code_lines(path):
    """Return the numbers of the lines that hold code."""
    text = path.read_text("utf-8")
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SKIPPED:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and body:
            first = getattr(body[0], "value", None)
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                lines -= set(range(body[0].lineno, body[0].end_lineno + 1))
    return lines


if __name__ == "__main__":
    sys.exit(
        print(f"{sum(len(code_lines(path)) for path in SOURCES):,} lines of code in karma_lib")
    )
