#!/usr/bin/env python3
"""Breaks functions of a Python project one by one, runs its tests, and asks `bughound locate` with the log.

    scripts/dev/broken_functions.py --repo CLONE --source src --tests tests --n 10 --seed 7 --python venv/bin/python

CLONE is a working directory whose tests pass with that Python; files are changed in it and put back. For every
change that the tests notice, prints where the broken function stands in the answer: for the log read as a log, and for
the same text taken as an issue. Runs whatever the project's tests run. Standard library only.
"""

import argparse
import ast
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

FLIPPED = {ast.Lt: "<=", ast.Gt: ">=", ast.Eq: "!="}
TIME_LIMIT = 240


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", required=True, type=Path)
    parser.add_argument("--source", default="src", help="folder of the product's own code")
    parser.add_argument("--tests", default="tests")
    parser.add_argument("--n", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--bughound", default="bughound")
    options = parser.parse_args()

    sites = [site for path in sources(options.repo / options.source) for site in sites_in(path)]
    random.Random(options.seed).shuffle(sites)
    seen: set[tuple[Path, str]] = set()
    ranks: dict[str, list[int | None]] = {"log": [], "issue": []}
    for path, function, start, end, replacement in sites:
        if len(ranks["log"]) == options.n or len(seen) == 4 * options.n:
            break
        if (path, function) in seen:
            continue
        seen.add((path, function))
        text = path.read_text(encoding="utf-8")
        broken = text[:start] + replacement + text[end:]
        try:
            ast.parse(broken)
        except SyntaxError:
            continue
        path.write_text(broken, encoding="utf-8")
        try:
            log = failing_log(options)
            if log is None:
                continue
            place = (path.relative_to(options.repo).as_posix(), function)
            found = {kind: rank(options, log, kind, place) for kind in ranks}
        finally:
            path.write_text(text, encoding="utf-8")
        for kind, at in found.items():
            ranks[kind].append(at)
        print(f"{'::'.join(place)}: {found['log'] or '-'} as a log, {found['issue'] or '-'} as an issue", flush=True)
    print(f"{len(seen)} changes, {len(ranks['log'])} noticed")
    for kind, found in ranks.items():
        counts = ", ".join(f"{sum(1 for at in found if at and at <= k)} among {k}" for k in (1, 5, 10))
        print(f"as {kind}: {counts}, of {len(found)}")
    return 0


def sources(folder: Path) -> list[Path]:
    """Source files that are no tests."""
    files = sorted(folder.rglob("*.py"))
    return [path for path in files if not any(part.startswith("test") for part in path.relative_to(folder).parts)]


def sites_in(path: Path) -> list[tuple[Path, str, int, int, str]]:
    """Places to change: the file, the function around, the characters, and what to put there."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    sites = []

    def walk(node: ast.AST, names: list[str], function: str | None) -> None:
        for child in ast.iter_child_nodes(node):
            inner, around = names, function
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inner = [*names, child.name]
                # A function inside a function counts as the one around it.
                around = function or ".".join(inner)
            elif isinstance(child, ast.ClassDef):
                inner = [*names, child.name]
            if around and (change := changed(child, text)):
                target, replacement = change
                start = offset(target.lineno, target.col_offset)
                end = offset(target.end_lineno, target.end_col_offset)
                sites.append((path, around, start, end, replacement))
            walk(child, inner, around)

    walk(ast.parse(text), [], None)
    return sites


def changed(node: ast.AST, text: str) -> tuple[ast.AST, str] | None:
    """What to replace in a node, and by what."""

    def source(part: ast.AST) -> str:
        return ast.get_source_segment(text, part) or ""

    if isinstance(node, ast.If):
        return node.test, f"not ({source(node.test)})"
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        return node.value, "None"
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in FLIPPED:
        return node, f"{source(node.left)} {FLIPPED[type(node.ops[0])]} {source(node.comparators[0])}"
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        return node, f"{source(node.left)} {'-' if isinstance(node.op, ast.Add) else '+'} {source(node.right)}"
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node, str(node.value + 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        return node, str(not node.value)
    return None


def failing_log(options: argparse.Namespace) -> bytes | None:
    """The tests' output where they fail; none where they pass or do not end."""
    command = [options.python, "-m", "pytest", options.tests, "-q", "-p", "no:cacheprovider", "--color=yes"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str((options.repo / "src").resolve())}
    try:
        ran = subprocess.run(
            command,
            cwd=options.repo,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return ran.stdout if ran.returncode in (1, 2, 4) else None


def rank(options: argparse.Namespace, log: bytes, kind: str, place: tuple[str, str]) -> int | None:
    """Where the broken function stands among the first fifty, from 1."""
    with tempfile.NamedTemporaryFile(suffix=".log") as file:
        file.write(log)
        file.flush()
        command = [options.bughound, "locate", "--repo", str(options.repo), "--issue", file.name]
        command += ["--issue-kind", kind, "--format", "json", "-k", "50"]
        ran = subprocess.run(command, capture_output=True, check=False)
    if ran.returncode not in (0, 1):
        sys.exit(ran.stderr.decode())
    locations = json.loads(ran.stdout)["locations"] if ran.stdout else []
    found = [(it["path"], it.get("qualified_name")) for it in locations]
    return found.index(place) + 1 if place in found else None


if __name__ == "__main__":
    sys.exit(main())
