"""Mutants: modules of the library with one place changed.

A mutant is one comparison flipped or made inclusive, one operator, number or truth value, one
condition, one function swapped for its twin (min, max), one name returned for another, or one
statement left out. Types and docstrings are left alone.
"""

import ast
import copy
import hashlib
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "karma_lib"
SEED = "2026"

COMPARED = {
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.GtE], ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn], ast.NotIn: [ast.In],
}  # fmt: skip
COMBINED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
TWINS = [("min", "max"), ("argmin", "argmax"), ("any", "all"), ("floor", "ceil"),
         ("minimum", "maximum"), ("zeros", "ones"), ("sum", "prod")]  # fmt: skip
TWIN = dict(TWINS) | {b: a for a, b in TWINS}


def variants(node, names):
    """Yield what may stand in a node's place; `names` are the function's own, in order."""
    match node:
        case ast.Compare(left, ops, others):
            for k, op in enumerate(ops):
                for other in COMPARED[type(op)]:
                    yield ast.Compare(left, [*ops[:k], other(), *ops[k + 1 :]], others)
        case ast.BinOp(left, op, right) if type(op) in COMBINED:
            yield ast.BinOp(left, COMBINED[type(op)](), right)
        case ast.AugAssign(target, op, value):
            yield ast.AugAssign(target, COMBINED[type(op)](), value)
            yield ast.Pass()
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.USub() | ast.Invert(), operand):
            yield operand
        case ast.If(test, body, orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Raise() | ast.Expr(ast.Call()) | ast.Assign([ast.Subscript()]):
            yield ast.Pass()
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(type(value)(not value) if value in (0, 1) else value + 1)
        case ast.Call(ast.Name(name), args, keywords) if name in TWIN:
            yield ast.Call(ast.Name(TWIN[name], ast.Load()), args, keywords)
        case ast.Call(ast.Attribute(value, name), args, keywords) if name in TWIN:
            yield ast.Call(ast.Attribute(value, TWIN[name], ast.Load()), args, keywords)
        case ast.Return(ast.Name(name)) if name in names[1:]:
            yield ast.Return(_neighbour(name, names))
        case ast.Return(ast.Tuple(parts)):
            for k, part in enumerate(parts):
                if isinstance(part, ast.Name) and part.id in names[1:]:
                    others = [*parts[:k], _neighbour(part.id, names), *parts[k + 1 :]]
                    yield ast.Return(ast.Tuple(others, ast.Load()))


def _neighbour(name, names):
    return ast.Name(names[names.index(name) - 1], ast.Load())


def _own_names(function):
    """Return a function's arguments and what it assigns, in the order of their places."""
    stored = [
        node for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]  # fmt: skip
    stored.sort(key=lambda node: (node.lineno, node.col_offset))
    found = [a.arg for a in function.args.args if a.arg != "self"]
    return list(dict.fromkeys([*found, *(node.id for node in stored)]))


def _walk(node, place="", names=(), statement=None):
    """Yield (parent, field, number, node, place, names, statement) of all but types."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):  # a field's limits stand among its types
            for part in getattr(getattr(value, "slice", None), "elts", []):
                if isinstance(part, ast.Call):
                    yield from _walk(part, place, names, statement)
            continue
        for k, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST):
                continue
            inside, known = place, names
            if field == "body" and "()" not in place:
                if isinstance(node, ast.FunctionDef):
                    inside, known = f"{place}{node.name}()", _own_names(node)
                elif isinstance(node, ast.ClassDef):
                    inside = f"{place}{node.name}."
            outer = child if isinstance(child, ast.stmt) else statement
            yield node, field, k if isinstance(value, list) else None, child, inside, known, outer
            yield from _walk(child, inside, known, outer)


def _put(parent, field, number, node):
    if number is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[number] = node


def _headline(statement):
    """Return a statement's source on one line, without the body of a compound one."""
    short = copy.copy(statement)
    if hasattr(short, "body"):
        short.body, short.orelse = [ast.Expr(ast.Constant(...))], []
    return " ".join(ast.unparse(ast.fix_missing_locations(short)).split())


def mutants(path):
    """Return every mutant of a file: its words, its file and place, which change of which node."""
    found, seen, file = [], {}, path.relative_to(ROOT).as_posix()
    places = enumerate(_walk(ast.parse(path.read_text("utf-8"))))
    for at, (parent, field, k, node, place, names, statement) in places:
        for choice, other in enumerate(variants(node, names)):
            before = _headline(statement)
            _put(parent, field, k, other)
            after = _headline(other if node is statement else statement)
            _put(parent, field, k, node)
            words = f"{file.removeprefix('karma_lib/')} {place}: {before} -> {after}"
            seen[words] = seen.get(words, 0) + 1
            words += f" ({seen[words]})" if seen[words] > 1 else ""
            found.append(
                {"words": words, "file": file, "place": place, "node": at, "choice": choice}
            )
    return found


def sample(path, n):
    """Return up to n mutants of a file, drawn by their words: an edit elsewhere keeps them."""
    return sorted(
        mutants(path), key=lambda m: hashlib.sha256((SEED + m["words"]).encode()).digest()
    )[:n]


def mutated(mutant):
    """Return the code of a module with a mutant's change; without a node, as it is."""
    path = ROOT / mutant["file"]
    tree = ast.parse(path.read_text("utf-8"))
    if mutant["node"] is not None:
        parent, field, k, node, _, names, _ = list(_walk(tree))[mutant["node"]]
        other = list(variants(node, names))[mutant["choice"]]
        _put(parent, field, k, ast.copy_location(other, node))
    with warnings.catch_warnings(action="ignore"):
        return compile(ast.fix_missing_locations(tree), path, "exec")
