"""What is wrong with readings, and without it."""

import pandas as pd


def is_ordered(table):
    return all(part["time"].is_monotonic for _, part in table.groupby("gauge"))


def missing_columns(table, wanted):
    return [name for name in wanted if name not in table.columns]


def spikes(table, most):
    """Places where a level differs from both neighbours of its gauge by more than `most`."""
    found = []
    for gauge, part in table.groupby("gauge"):
        level = part["level"]
        before, after = (level - level.shift(1)).abs(), (level - level.shift(-1)).abs()
        found.extend(part.index[(before > most) & (after > most)])
    return pd.Int64Index(sorted(found))


def without_spikes(table, most):
    return table.drop(spikes(table, most)).reset_index(drop=True)


def describe(table):
    """How many readings of each column are there, in the order of columns."""
    return {name: int(column.count()) for name, column in table.iteritems()}
