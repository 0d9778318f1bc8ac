"""Lists of page numbers such as `1-3,7`."""


def parse(text):
    """The numbers of a list, in order, each once."""
    found = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if dash:
            found.update(range(int(first), int(last) + 1))
        else:
            found.add(int(first))
    return sorted(found)


def show(numbers):
    """The shortest list of these numbers."""
    parts = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
