#!/usr/bin/env python3
"""Times `bughound mcp` over standard input and output, as a client sees it.

    python3 scripts/dev/mcp_bench.py target/release/bughound REPO [--rev REV] [--runs 30] [--calls 200]

First `locate`: from the start of the process to the answer, in processes one after the other; the cache is
warm from a run before. Calls: from writing the request to having read the answer, one at a time; each tool once
before it is timed. Edits (not with --rev): a file of the repository is written, and the time of the next call
taken; the file is new and removed again. Medians, with least and most. Needs nothing but Python.
"""

import argparse
import itertools
import json
import pathlib
import statistics
import subprocess
import time

ISSUE = """QuerySet.bulk_create() crashes on an empty list

Calling bulk_create([]) inside of atomic() raises:

Traceback (most recent call last):
  File "django/db/models/query.py", line 455, in bulk_create
    with transaction.atomic(using=self.db, savepoint=False):
TypeError: 'NoneType' object is not iterable
"""

CALLS = [
    ("locate", {"issue": ISSUE}),
    ("search_class", {"file": "django/db/models/query.py", "class": "QuerySet"}),
    ("search_class_method", {"file": "django/db/models/query.py", "class": "QuerySet", "method": "bulk_create"}),
    ("search_function", {"file": "django/db/models/query.py", "function": "prefetch_related_objects"}),
    ("read_lines", {"file": "django/db/models/query.py", "start": 400, "end": 500}),
    ("search_text", {"text": "bulk_create("}),
    ("get_repo_structure", {"folder": "django/db"}),
    ("get_imports_of_file", {"file": "django/db/models/query.py"}),
    ("find_callers", {"symbol": "django/db/models/query.py::QuerySet.bulk_create"}),
    ("find_callees", {"symbol": "django/db/models/query.py::QuerySet.bulk_create"}),
    ("find_subclasses", {"class": "QuerySet"}),
    ("find_tests", {"symbol": "django/db/models/query.py::QuerySet.bulk_create"}),
    ("find_similar_fixes", {"text": "bulk_create crashes on an empty list"}),
]


class Server:
    def __init__(self, command):
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self.ids = itertools.count(1)
        self.request("initialize", {"protocolVersion": "2025-06-18", "capabilities": {},
                                    "clientInfo": {"name": "bench", "version": "0"}})
        self.send({"method": "notifications/initialized"})

    def send(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()

    def request(self, method, params):
        number = next(self.ids)
        self.send({"id": number, "method": method, "params": params})
        while True:
            answer = self.process.stdout.readline()
            if b'"id":%d,' % number in answer:
                return answer

    def call(self, name, arguments):
        answer = self.request("tools/call", {"name": name, "arguments": arguments})
        assert b'"isError":false' in answer, answer[:500]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.read()
        assert self.process.wait() == 0


def show(name, times):
    times = sorted(times)
    middle = statistics.median(times)
    print(f"{name:34} {middle * 1e3:9.3f} ms   {times[0] * 1e3:9.3f} – {times[-1] * 1e3:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("bughound")
    parser.add_argument("repo", type=pathlib.Path)
    parser.add_argument("--rev")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    command = [options.bughound, "mcp", "--repo", str(options.repo)]
    if options.rev:
        command += ["--rev", options.rev]

    introductions, firsts = [], []
    for run in range(options.runs + 1):
        server = Server(command)
        introduced = time.perf_counter() - server.started
        server.call(*CALLS[0])
        answered = time.perf_counter() - server.started
        server.close()
        # The first fills the cache.
        if run > 0:
            introductions.append(introduced)
            firsts.append(answered)
    show("initialize, from the start", introductions)
    show("first locate, from the start", firsts)

    server = Server(command)
    for name, arguments in CALLS:
        server.call(name, arguments)
    # What was begun in the background has ended by then.
    time.sleep(1)
    for name, arguments in CALLS:
        times = []
        for _ in range(options.calls):
            begun = time.perf_counter()
            server.call(name, arguments)
            times.append(time.perf_counter() - begun)
        show(name, times)
    if not options.rev:
        new = options.repo / "bughound_mcp_bench.py"
        for name, arguments in (CALLS[4], CALLS[0]):
            times = []
            for run in range(options.runs):
                new.write_text(f"def added():\n    return {run}\n")
                begun = time.perf_counter()
                server.call(name, arguments)
                times.append(time.perf_counter() - begun)
            show(f"{name} after an edit", times)
        new.unlink()
    server.close()


if __name__ == "__main__":
    main()
