# -*- coding: utf8 -*-
"""Files of configuration are UTF-8, whatever the locale says. Run with LC_ALL=C and no UTF-8 mode."""

import io
import json

import pytest

from kaptan import Kaptan

CITY = u"Zürich, 北京, Kraków"

FILES = {
    "config.json": json.dumps({"city": CITY}, ensure_ascii=False),
    "config.yaml": u"city: \"%s\"\n" % CITY,
    "config.ini": u"[place]\ncity = %s\n" % CITY,
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_reads_file(tmpdir, name):
    path = tmpdir.join(name)
    with io.open(str(path), "w", encoding="utf-8") as f:
        f.write(FILES[name])
    config = Kaptan()
    config.import_config(str(path))
    key = "place.city" if name.endswith(".ini") else "city"
    assert config.get(key) == CITY
