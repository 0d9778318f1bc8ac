import pandas as pd
import pytest

from gauges.readings import add_note, read, together

BONN = "01.03.2024 10:00;3,50;ok\n01.03.2024 11:00;-;broken\n02.03.2024 10:00;3,70;ok\n"
TRIER = "01.03.2024 10:00;2,25;ok\n13.02.2024 09:30;2,00;ok\n"


@pytest.fixture
def table():
    return together([read(BONN, "Bonn"), read(TRIER, "Trier"), read(TRIER, "Trier")])


def test_read():
    table = read(BONN, "Bonn")
    assert list(table.columns) == ["time", "level", "state", "gauge"]
    assert table["time"].tolist()[1] == pd.Timestamp(2024, 3, 1, 11)
    assert table["level"].isna().tolist() == [False, True, False]
    assert table["level"].tolist()[0] == 3.5


def test_together(table):
    assert table[["gauge", "level"]].fillna(-1).values.tolist() == [
        ["Trier", 2.0], ["Bonn", 3.5], ["Trier", 2.25], ["Bonn", -1], ["Bonn", 3.7],
    ]
    assert table["level"].dtype == float
    assert list(table.index) == [0, 1, 2, 3, 4]


def test_nothing_together():
    assert len(together([])) == 0


def test_note(table):
    with_note = add_note(table, "2024-03-01 10:30", "Bonn", "serviced")
    assert with_note["state"].tolist() == ["ok", "ok", "ok", "serviced", "broken", "ok"]
    assert pd.isna(with_note["level"][3])
    assert len(table) == 5
