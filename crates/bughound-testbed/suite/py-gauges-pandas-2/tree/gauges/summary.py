"""Sums and means."""

import pandas as pd


def regular(table, minutes=60):
    """Levels by time (every so many minutes) and gauge; gaps of up to two steps are filled."""
    wide = table.pivot_table(index="time", columns="gauge", values="level")
    wide = wide.resample("%dT" % minutes).mean()
    return wide.fillna(method="ffill", limit=2)


def by_day(table):
    """Mean of everything that is measured, by gauge and day."""
    days = table.assign(day=table["time"].dt.strftime("%Y-%m-%d"))
    return days.groupby(["gauge", "day"]).mean()


def extremes(table):
    """Lowest and highest level of each gauge, and when it was highest."""
    rows = []
    for gauge, part in table.dropna(subset=["level"]).groupby(["gauge"]):
        highest = part.loc[part["level"].idxmax()]
        rows.append({"gauge": gauge, "lowest": part["level"].min(), "highest": highest["level"], "at": highest["time"]})
    return pd.DataFrame(rows).set_index("gauge")


def at(wide, questions):
    """The level at each pair of time and gauge."""
    times = [pd.Timestamp(time) for time, _ in questions]
    return list(wide.lookup(times, [gauge for _, gauge in questions]))


def within(wide, start, end):
    """From `start` on, before `end`, by the clock."""
    return wide.between_time(start, end, include_end=False)


def by_river(wide, rivers):
    """The mean of the gauges of each river, weighed equally."""
    return wide.groupby(rivers, axis=1).mean().mad()


def to_csv(table):
    return table.to_csv(index=True, line_terminator="\n", date_format="%Y-%m-%dT%H:%M", float_format="%.2f")
