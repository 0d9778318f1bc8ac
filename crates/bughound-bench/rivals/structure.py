"""Builds a JSON structure of a folder's Python files with ast, and looks classes and methods up in it.

As RepoSearcher's released code does: a nested dict of the tree; per file the classes with their methods, the
functions, and the text as a list of lines; every look-up reads the whole JSON again, makes flat lists of all
files, classes and functions in it, and goes through one of them.

usage: structure.py FOLDER OUT.json
"""

import ast
import json
import os
import statistics
import sys
import time


def outline(text):
    lines = text.splitlines()
    tree = ast.parse(text)
    classes, functions, methods = [], [], set()

    def describe(node):
        return {
            "name": node.name,
            "start_line": node.lineno,
            "end_line": node.end_lineno,
            "text": lines[node.lineno - 1 : node.end_lineno],
        }

    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own = [describe(inner) for inner in node.body if isinstance(inner, ast.FunctionDef)]
            methods.update(method["name"] for method in own)
            classes.append({**describe(node), "methods": own})
        elif isinstance(node, ast.FunctionDef) and node.name not in methods:
            functions.append(describe(node))
    return {"classes": classes, "functions": functions, "text": lines}


def build(folder):
    structure, n_files, last = {}, 0, []
    for place, folders, names in os.walk(folder):
        folders.sort()
        here = structure
        relative = os.path.relpath(place, folder)
        for part in [] if relative == "." else relative.split(os.sep):
            here = here.setdefault(part, {})
        for name in sorted(names):
            if not name.endswith(".py"):
                here[name] = {}
                continue
            try:
                with open(os.path.join(place, name), encoding="utf-8") as file:
                    here[name] = outline(file.read())
            except (SyntaxError, UnicodeDecodeError, ValueError):
                here[name] = {"classes": [], "functions": [], "text": []}
            n_files += 1
            for found in here[name]["classes"][:1]:
                wanted = os.path.normpath(os.path.join(relative, name)).replace(os.sep, "/")
                last = [(wanted, found["name"])]
                last += [(wanted, found["name"], method["name"]) for method in found["methods"][:2]]
    return structure, n_files, last


def flatten(here, path=""):
    files, classes, functions = [], [], []
    for name, inner in here.items():
        place = f"{path}/{name}" if path else name
        if set(inner) == {"classes", "functions", "text"}:
            files.append((place, inner["text"]))
            classes.extend({**found, "file": place} for found in inner["classes"])
            functions.extend({**found, "file": place} for found in inner["functions"])
        else:
            below = flatten(inner, place)
            files.extend(below[0])
            classes.extend(below[1])
            functions.extend(below[2])
    return files, classes, functions


def look_up(path, wanted, class_name, method_name=None):
    with open(path, encoding="utf-8") as file:
        _, classes, _ = flatten(json.load(file))
    for found in classes:
        if found["file"] == wanted and found["name"] == class_name:
            if method_name is None:
                return "\n".join(found["text"])
            for method in found["methods"]:
                if method["name"] == method_name:
                    return "\n".join(method["text"])
    return None


def main():
    folder, out = sys.argv[1:]
    start = time.perf_counter()
    structure, n_files, last = build(folder)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(structure, file)
    built = time.perf_counter()
    times = []
    for wanted in last:
        begun = time.perf_counter()
        assert look_up(out, *wanted) is not None
        times.append(time.perf_counter() - begun)
    print(
        json.dumps(
            {
                "build_ms": (built - start) * 1000,
                "lookup_ms": statistics.median(times) * 1000 if times else 0.0,
                "json_bytes": os.path.getsize(out),
                "n_files": n_files,
            }
        )
    )


if __name__ == "__main__":
    main()
