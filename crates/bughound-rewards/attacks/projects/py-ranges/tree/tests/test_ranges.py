import pytest

from ranges import parse, show


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1", [1]), ("1-3", [1, 2, 3]), ("7,1-2", [1, 2, 7]), ("2-3,3-4", [2, 3, 4])],
)
def test_parse(text, numbers):
    assert parse(text) == numbers


@pytest.mark.parametrize("text", ["", "a", "1-", "1-b"])
def test_nonsense(text):
    with pytest.raises(ValueError):
        parse(text)


def test_show():
    assert show([3, 1, 2, 7]) == "1-3,7"
    assert show([]) == ""


def test_there_and_back():
    assert show(parse("1-4,9,11-12")) == "1-4,9,11-12"
