"""Builds a JSON structure of a folder's Python files with ast, and looks one class up in it.

As RepoSearcher's released code is described: a nested dict of the tree; per file the classes with their
methods, the functions, and the text as a list of lines; every look-up reads the whole JSON again.

usage: structure.py FOLDER OUT.json
"""

import ast
import json
import os
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
    structure, n_files, last = {}, 0, None
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
            if here[name]["classes"]:
                last = (os.path.normpath(os.path.join(relative, name)), here[name]["classes"][0]["name"])
    return structure, n_files, last


def look_up(path, wanted, class_name):
    with open(path, encoding="utf-8") as file:
        here = json.load(file)
    for part in wanted.split(os.sep):
        here = here[part]
    for found in here["classes"]:
        if found["name"] == class_name:
            return "\n".join(found["text"])
    return None


def main():
    folder, out = sys.argv[1:]
    start = time.perf_counter()
    structure, n_files, last = build(folder)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(structure, file)
    built = time.perf_counter()
    if last is not None:
        assert look_up(out, *last) is not None
    done = time.perf_counter()
    print(
        json.dumps(
            {
                "build_ms": (built - start) * 1000,
                "lookup_ms": (done - built) * 1000,
                "json_bytes": os.path.getsize(out),
                "n_files": n_files,
            }
        )
    )


if __name__ == "__main__":
    main()
