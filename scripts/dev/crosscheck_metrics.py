#!/usr/bin/env python3
"""Compares the metrics of bughound-metrics with ranx on random rankings.

    python3 -m venv VENV && VENV/bin/pip install ranx
    VENV/bin/python scripts/dev/crosscheck_metrics.py [--tasks 2000] [--seed 1]

Builds and runs the example `score_rankings`, hands the same random rankings to ranx, and prints the largest
difference of any single value, per metric. Fails where it exceeds 1e-9.

ranx divides precision@k by k even where the ranking is shorter, so rankings have at least ten items here;
it wants graded judgements and scored runs, so right answers get 1 and rank r gets the score -r.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys

from ranx import Qrels, Run, evaluate

OURS_TO_RANX = {
    **{f"recall@{k}": f"recall@{k}" for k in (1, 3, 5, 10)},
    **{f"hit@{k}": f"hit_rate@{k}" for k in (1, 3, 5, 10)},
    **{f"precision@{k}": f"precision@{k}" for k in (1, 3, 5, 10)},
    **{f"f1@{k}": f"f1@{k}" for k in (1, 3, 5, 10)},
    **{f"ndcg@{k}": f"ndcg@{k}" for k in (1, 3, 5, 10)},
    "map": "map",
    "mrr": "mrr",
}


def random_task(rng: random.Random) -> dict:
    pool = [f"d{i}" for i in range(rng.choice((15, 60)))]
    return {
        "truth": rng.sample(pool, rng.randint(1, 12)),
        "ranking": rng.sample(pool, rng.randint(10, len(pool))),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    rng = random.Random(arguments.seed)
    tasks = [random_task(rng) for _ in range(arguments.tasks)]
    root = pathlib.Path(__file__).resolve().parents[2]
    ours = json.loads(
        subprocess.run(
            ["cargo", "run", "-q", "-p", "bughound-metrics", "--example", "score_rankings"],
            cwd=root,
            input=json.dumps({"metrics": list(OURS_TO_RANX), "tasks": tasks}),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )

    ids = [f"q{i:06}" for i in range(len(tasks))]
    qrels = Qrels({i: {d: 1 for d in t["truth"]} for i, t in zip(ids, tasks)})
    run = Run({i: {d: float(-r) for r, d in enumerate(t["ranking"])} for i, t in zip(ids, tasks)})
    evaluate(qrels, run, list(OURS_TO_RANX.values()), make_comparable=True)

    worst = 0.0
    for column, (name, theirs_name) in enumerate(OURS_TO_RANX.items()):
        theirs = run.scores[theirs_name]
        difference = max(abs(values[column] - theirs[i]) for i, values in zip(ids, ours))
        mean = sum(values[column] for values in ours) / len(ours)
        print(f"{name:14} mean {mean:.6f}  largest difference {difference:.3g}")
        worst = max(worst, difference)
    print(f"{len(tasks)} rankings, {len(OURS_TO_RANX)} metrics, largest difference {worst:.3g}")
    return 0 if worst <= 1e-9 else 1


if __name__ == "__main__":
    sys.exit(main())
