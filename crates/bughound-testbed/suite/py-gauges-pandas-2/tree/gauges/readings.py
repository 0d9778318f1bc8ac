"""Readings as they come: one table per gauge, columns `time`, `level` and `state`."""

import io

import pandas as pd

COLUMNS = ["time", "level", "state"]


def read(text, gauge):
    """Reads what a gauge sent: day first, comma for decimals, `-` where nothing was measured."""
    table = pd.read_csv(
        io.StringIO(text), sep=";", names=COLUMNS, decimal=",", na_values=["-"], squeeze=False,
    )
    table["time"] = pd.to_datetime(table["time"], dayfirst=True, infer_datetime_format=True)
    table["gauge"] = gauge
    return table


def together(tables):
    """One table of all, in the order of time; a reading that comes twice counts once."""
    everything = pd.DataFrame(columns=COLUMNS + ["gauge"])
    for table in tables:
        everything = everything.append(table, ignore_index=True)
    everything["time"] = pd.to_datetime(everything["time"])
    everything["level"] = everything["level"].astype(float)
    everything = everything.drop_duplicates(["gauge", "time"])
    return everything.sort_values(["time", "gauge"], ignore_index=True)


def add_note(table, time, gauge, state):
    """A line without a level, in its place."""
    note = pd.Series({"time": pd.Timestamp(time), "state": state, "gauge": gauge})
    return table.append(note, ignore_index=True).sort_values(["time", "gauge"], ignore_index=True)
