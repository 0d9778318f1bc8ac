# -*- coding: utf8 -*-
"""The same for several files at once, deep keys, and bytes that are not UTF-8."""

import io

import pytest

from kaptan import Kaptan


def write(path, text, encoding="utf-8"):
    with io.open(str(path), "w", encoding=encoding) as f:
        f.write(text)
    return str(path)


def test_deep_key(tmpdir):
    name = write(tmpdir.join("a.yaml"), u"menu:\n  - crème brûlée\n  - Käsespätzle\n")
    assert Kaptan().import_config(name).get("menu.1") == u"Käsespätzle"


def test_key_beyond_ascii(tmpdir):
    name = write(tmpdir.join("a.json"), u'{"größe": {"höhe": 3}}')
    assert Kaptan().import_config(name).get(u"größe.höhe") == 3


def test_latin_1_is_no_utf_8(tmpdir):
    name = write(tmpdir.join("a.json"), u'{"city": "Zürich"}', encoding="latin-1")
    with pytest.raises(UnicodeDecodeError):
        Kaptan().import_config(name)


def test_ascii_as_before(tmpdir):
    name = write(tmpdir.join("a.ini"), u"[one]\ntwo = three\n")
    assert Kaptan().import_config(name).get("one.two") == "three"
