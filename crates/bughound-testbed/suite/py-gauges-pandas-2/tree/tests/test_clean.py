import pandas as pd

from gauges.clean import describe, is_ordered, missing_columns, spikes, without_spikes


def table(*levels, gauge="Bonn"):
    times = pd.date_range("2024-03-01", periods=len(levels), freq="H".lower())
    return pd.DataFrame({"time": times, "level": levels, "gauge": gauge})


def test_ordered():
    assert is_ordered(table(1.0, 2.0))
    assert not is_ordered(table(1.0, 2.0).iloc[::-1])


def test_missing_columns():
    assert missing_columns(table(1.0), ["time", "state"]) == ["state"]


def test_spikes_are_of_one_gauge():
    both = pd.concat([table(1.0, 9.0, 1.0, 1.5), table(5.0, 5.5, gauge="Trier")], ignore_index=True)
    assert spikes(both, 3).tolist() == [1]
    assert spikes(both, 3).dtype == "int64"
    assert spikes(both, 50).tolist() == []
    assert without_spikes(both, 3)["level"].tolist() == [1.0, 1.0, 1.5, 5.0, 5.5]


def test_describe():
    assert list(describe(table(1.0, None)).items()) == [("time", 2), ("level", 1), ("gauge", 2)]
