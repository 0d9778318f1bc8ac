#!/usr/bin/env python3
"""Scores what other systems have published as their answers with `bughound score`, and prints one table.

    scripts/peers.py --tasks swebench-lite-dev.jsonl --repos ~/clones --peers peers --fetch
    scripts/peers.py --tasks swebench-lite-dev.jsonl --repos ~/clones --peers peers --ours runs/lite

`--peers` is a folder with clones of the repositories below (`--fetch` makes those that are absent, with plain
`git clone`); `--ours` adds run folders of `bughound eval`. Only the tasks of `--tasks` count: answers to other
tasks are never looked at. Standard library only.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORIES = {
    "CoSIL": "https://github.com/ZhonghaoJiang/CoSIL",
    "LocAgent": "https://github.com/gersteinlab/LocAgent",
}

QWEN = "Qwen2.5-Coder-"

# System, model, repository, file there: answers to SWE-bench Lite. The folders beside these with answers to other
# sets are not read.
ANSWERS = [
    ("LocAgent", "Claude 3.5 Sonnet", "LocAgent", "evaluation/loc_output/locagent/claude_3-5/loc_outputs.jsonl"),
    *(
        (system, f"{QWEN}{size.upper()}", "CoSIL", f"loc_to_patch/{name.format(size=size)}")
        for system, name in [
            ("CoSIL", "afl/loc_qwen_coder_{size}_func.jsonl"),
            ("Agentless", "agentless/agentless_qwen_coder_{size}_func.jsonl"),
            ("LocAgent", "locagent/locagent_qwen_coder_{size}_func.jsonl"),
            ("OrcaLoca", "orcaloca/orca_qwen_coder_{size}_func.jsonl"),
        ]
        for size in ("32b", "14b", "7b")
    ),
]

# Scorer, level, metric, heading.
COLUMNS = [
    ("path", "file", "recall@1", "file R@1"),
    ("path", "file", "recall@5", "file R@5"),
    ("path", "function", "recall@1", "function R@1"),
    ("path", "function", "recall@5", "function R@5"),
    ("path", "function", "precision@5", "function P@5"),
    ("locagent", "file", "capped_acc@5", "file Acc@5"),
    ("locagent", "function", "capped_acc@5", "function Acc@5"),
    ("locagent", "function", "capped_acc@10", "function Acc@10"),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", required=True, type=Path)
    truth = parser.add_mutually_exclusive_group(required=True)
    truth.add_argument("--repos", type=Path, help="folder of clones, for the ground truth of the patches")
    truth.add_argument("--ground-truth", type=Path, help="what is right, as `bughound score` reads it")
    parser.add_argument("--repo-map", type=Path)
    parser.add_argument("--peers", required=True, type=Path)
    parser.add_argument("--fetch", action="store_true", help="clone what is absent")
    parser.add_argument("--ours", action="append", default=[], type=Path, metavar="RUN")
    parser.add_argument("--bughound", default="bughound")
    options = parser.parse_args()

    wanted = [json.loads(line)["instance_id"] for line in options.tasks.open(encoding="utf-8") if line.strip()]
    wanted = set(wanted)
    rows = []
    absent = []
    with tempfile.TemporaryDirectory() as scratch:
        for system, model, repository, path in ANSWERS:
            text = read(options, repository, path)
            if text is None:
                absent.append(f"{repository}/{path}")
                continue
            lines = [line for line in text.splitlines() if line.strip()]
            chosen = [line for line in lines if json.loads(line)["instance_id"] in wanted]
            answers = Path(scratch) / "answers.jsonl"
            answers.write_text("\n".join(chosen) + "\n", encoding="utf-8")
            rows.append((f"{system}, {model}", len(chosen), scores(options, answers)))
        for run in options.ours:
            rows.append((f"Bughound, {run.name}", len(wanted), scores(options, run)))
    if not rows:
        print(f"no answers below {options.peers}; --fetch clones them", file=sys.stderr)
        return 1
    counts = {scorer: rows[0][2][scorer]["counts"] for scorer in ("path", "locagent")}
    print(f"{len(wanted)} tasks; scorer `path`: {counts['path']} count; scorer `locagent`: {counts['locagent']} count.\n")
    print("| answers | tasks answered |" + "".join(f" {heading} |" for *_, heading in COLUMNS))
    print("|---|---|" + "---|" * len(COLUMNS))
    for name, n_answered, by_scorer in rows:
        cells = [cell(by_scorer[scorer]["levels"], level, metric) for scorer, level, metric, _ in COLUMNS]
        print(f"| {name} | {n_answered} | " + " | ".join(cells) + " |")
    for path in absent:
        print(f"absent: {path}", file=sys.stderr)
    return 0


def read(options: argparse.Namespace, repository: str, path: str) -> str | None:
    """A file of a peer's repository: from its working directory, or from the head of a bare clone."""
    clone = options.peers / repository
    if not clone.exists() and options.fetch:
        options.peers.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "--depth", "1", REPOSITORIES[repository], str(clone)], check=True)
    if (clone / path).is_file():
        return (clone / path).read_text(encoding="utf-8")
    if not clone.exists():
        return None
    shown = subprocess.run(["git", "-C", str(clone), "show", f"HEAD:{path}"], capture_output=True, check=False)
    return shown.stdout.decode("utf-8") if shown.returncode == 0 else None


def scores(options: argparse.Namespace, predictions: Path) -> dict:
    """What `bughound score` says, by scorer."""
    found = {}
    for scorer in ("path", "locagent"):
        command = [options.bughound, "score", "--predictions", str(predictions), "--tasks", str(options.tasks)]
        command += ["--scorer", scorer, "--format", "json"]
        if options.ground_truth:
            command += ["--ground-truth", str(options.ground_truth)]
        else:
            command += ["--repos", str(options.repos)]
            if options.repo_map:
                command += ["--repo-map", str(options.repo_map)]
        document = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        levels = document["levels"]
        function = levels.get("function", {}).get("denominators", {})
        found[scorer] = {"levels": levels, "counts": function.get("tasks")}
    return found


def cell(levels: dict, level: str, metric: str) -> str:
    value = levels.get(level, {}).get("metrics", {}).get(metric)
    if value is None:
        return "–"
    mean, low, high = (100 * value[key] for key in ("mean", "low", "high"))
    return f"{mean:.1f} ({low:.1f}–{high:.1f})"


if __name__ == "__main__":
    sys.exit(main())
