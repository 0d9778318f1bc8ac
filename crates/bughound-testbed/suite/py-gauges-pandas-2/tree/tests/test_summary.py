import numpy as np
import pandas as pd
import pytest

from gauges.summary import at, by_day, by_river, extremes, regular, to_csv, within


@pytest.fixture
def table():
    rows = [
        ("2024-03-01 10:10", 3.0, "ok", "Bonn"), ("2024-03-01 10:50", 5.0, "ok", "Bonn"),
        ("2024-03-01 10:20", 2.0, "ok", "Trier"), ("2024-03-01 15:00", 2.5, "ok", "Trier"),
        ("2024-03-02 10:00", 6.0, "ok", "Bonn"), ("2024-03-02 10:00", None, "broken", "Trier"),
    ]
    table = pd.DataFrame(rows, columns=["time", "level", "state", "gauge"])
    table["time"] = pd.to_datetime(table["time"])
    return table


def test_regular(table):
    wide = regular(table)
    assert list(wide.columns) == ["Bonn", "Trier"]
    assert wide["Bonn"].iloc[:5].fillna(-1).tolist() == [4.0, 4.0, 4.0, -1, -1]
    assert len(regular(table, minutes=30)) == 2 * len(wide) - 1


def test_by_day(table):
    days = by_day(table)
    assert list(days.columns) == ["level"]
    assert days.loc[("Bonn", "2024-03-01"), "level"] == 4.0
    assert np.isnan(days.loc[("Trier", "2024-03-02"), "level"])


def test_extremes(table):
    found = extremes(table)
    assert list(found.index) == ["Bonn", "Trier"]
    assert found.loc["Bonn"].tolist() == [3.0, 6.0, pd.Timestamp("2024-03-02 10:00")]


def test_at(table):
    wide = regular(table)
    assert at(wide, [("2024-03-01 15:00", "Trier"), ("2024-03-01 10:00", "Bonn")]) == [2.5, 4.0]
    with pytest.raises(KeyError):
        at(wide, [("2024-03-01 15:00", "Köln")])


def test_within(table):
    hours = within(regular(table), "10:00", "12:00").index.hour
    assert set(hours) == {10, 11}


def test_by_river(table):
    spread = by_river(regular(table), {"Bonn": "Rhine", "Trier": "Moselle"})
    assert spread.round(3).to_dict() == {"Moselle": 0.25, "Rhine": 0.75}


def test_csv(table):
    assert to_csv(extremes(table)) == (
        "gauge,lowest,highest,at\nBonn,3.00,6.00,2024-03-02T10:00\nTrier,2.00,2.50,2024-03-01T15:00\n"
    )
