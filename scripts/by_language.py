#!/usr/bin/env python3
"""Measures quality by language on mined tasks, and prints one table.

    scripts/by_language.py --tasks mined.jsonl --repos ~/clones --out runs/languages

Takes at most `--per-project` tasks of each project, evenly spread over its history (the same ones every time), lets
`bughound eval` answer them (one run folder per language below `--out`; a run that was interrupted is continued), and
reads the numbers from the run folders. Standard library only.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

# The projects of recipes/fixes.toml that are not in Python, by the language of what their fixes change.
LANGUAGES = {
    "Rust": ["clap-rs/clap", "tokio-rs/tokio"],
    "Go": ["gohugoio/hugo"],
    "C": ["libuv/libuv"],
    "C++": ["fmtlib/fmt"],
    "Java": ["FasterXML/jackson-databind", "mockito/mockito"],
    "TypeScript": ["vitejs/vite"],
    "JavaScript": ["axios/axios"],
}

COLUMNS = [
    ("file", "recall@1"),
    ("file", "recall@5"),
    ("function", "recall@1"),
    ("function", "recall@5"),
    ("function", "recall@10"),
    ("function", "mrr"),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", required=True, type=Path)
    parser.add_argument("--repos", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--per-project", type=int, default=100)
    parser.add_argument("--python", action="store_true", help="also all other projects, as Python")
    parser.add_argument("--bughound", default="bughound")
    parser.add_argument("options", nargs="*", help="further options of `bughound eval`, behind `--`")
    options = parser.parse_args()

    by_project: dict[str, list[str]] = {}
    for line in options.tasks.open(encoding="utf-8"):
        if line.strip():
            by_project.setdefault(json.loads(line)["repo"], []).append(line)
    languages = dict(LANGUAGES)
    if options.python:
        others = {project for projects in LANGUAGES.values() for project in projects}
        languages["Python"] = sorted(set(by_project) - others)

    print("| language | projects | tasks (with a function to find) | " + " | ".join(map(heading, COLUMNS)) + " |")
    print("|---|---|---|" + "---|" * len(COLUMNS))
    for language, projects in languages.items():
        lines = [line for project in projects for line in sample(by_project.get(project, []), options.per_project)]
        if not lines:
            print(f"no tasks in {language}", file=sys.stderr)
            continue
        name = language.lower().replace("++", "pp")
        options.out.mkdir(parents=True, exist_ok=True)
        tasks = options.out / f"{name}.jsonl"
        tasks.write_text("".join(lines), encoding="utf-8")
        run = options.out / name
        command = [options.bughound, "eval", "--tasks", str(tasks), "--repos", str(options.repos), "--policy", "hound"]
        command += ["--out", str(run), *options.options]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        if done.returncode not in (0, 4):
            return done.returncode
        metrics = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
        levels = metrics["levels"]
        counts = levels["function"]["denominators"]
        names = ", ".join(projects) if len(projects) <= 3 else f"{len(projects)} projects"
        cells = [cell(levels[level]["metrics"][metric]) for level, metric in COLUMNS]
        print(f"| {language} | {names} | {counts['tasks']} ({counts['with_truth']}) | " + " | ".join(cells) + " |")
        sys.stdout.flush()
    return 0


def sample(lines: list[str], most: int) -> list[str]:
    """At most so many, evenly spread."""
    if len(lines) <= most:
        return lines
    return [lines[at * len(lines) // most] for at in range(most)]


def heading(column: tuple[str, str]) -> str:
    level, metric = column
    return f"{level} {metric.replace('recall@', 'R@').replace('mrr', 'MRR')}"


def cell(value: dict) -> str:
    mean, low, high = (100 * value[key] for key in ("mean", "low", "high"))
    return f"{mean:.1f} ({low:.1f}–{high:.1f})"


if __name__ == "__main__":
    sys.exit(main())
