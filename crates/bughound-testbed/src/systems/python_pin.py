"""Changes pins.txt: upgrade NAME VERSION (the newest wheel at hand where VERSION is empty), or remove NAME."""

import pathlib
import re
import sys

doing, name, version = sys.argv[1:]


def normal(text):
    return re.sub(r"[-_.]+", "-", text).lower()


def key(text):
    return [int(part) for part in re.findall(r"\d+", text)]


wheels = [path.name.split("-") for path in pathlib.Path("/w/deps/wheels").glob("*.whl")]
at_hand = sorted({parts[1] for parts in wheels if normal(parts[0]) == normal(name)}, key=key)
pins = pathlib.Path("pins.txt")
lines = pins.read_text().splitlines()
mine = [n for n, line in enumerate(lines) if normal(re.split(r"[=<>!~;\s\[]", line.strip())[0]) == normal(name)]

if doing == "remove":
    if not mine:
        sys.exit(f"pins.txt has no {name}")
    pins.write_text("".join(f"{line}\n" for n, line in enumerate(lines) if n not in mine))
    print(f"{name} is no longer pinned")
    sys.exit()
if not at_hand:
    sys.exit(f"no version of {name} is at hand, and there is no network")
version = version or at_hand[-1]
if version not in at_hand:
    sys.exit(f"{name} {version} is not at hand; there are: {', '.join(at_hand)}")
pin = f"{normal(name)}=={version}"
if mine:
    lines[mine[0]] = pin
else:
    lines.append(pin)
pins.write_text("".join(f"{line}\n" for line in lines))
print(f"pinned {pin}; at hand: {', '.join(at_hand)}")
