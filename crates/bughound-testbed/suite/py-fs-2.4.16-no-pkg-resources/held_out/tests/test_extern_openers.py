"""Openers of other distributions are found by their entry points, whatever finds them."""

import subprocess
import sys

import pytest

from fs import open_fs
from fs.opener import errors
from fs.opener.registry import Registry

METADATA = "Metadata-Version: 2.1\nName: fs-extern\nVersion: 1.0\n"
MODULE = """
from fs.memoryfs import MemoryFS
from fs.opener import Opener

class ExternOpener(Opener):
    protocols = ["extern"]

    def open_fs(self, fs_url, parse_result, writeable, create, cwd):
        return MemoryFS()

NOT_AN_OPENER = dict
"""


@pytest.fixture
def extern(tmp_path, monkeypatch):
    info = tmp_path / "fs_extern-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text(
        "[fs.opener]\nextern = fs_extern_opener:ExternOpener\nwrong = fs_extern_opener:NOT_AN_OPENER\n"
    )
    (tmp_path / "fs_extern_opener.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    return Registry(load_extern=True)


def test_protocols_of_entry_points(extern):
    assert {"extern", "wrong"} <= set(extern.protocols)


def test_opens_by_entry_point(extern):
    with extern.open_fs("extern://") as opened:
        opened.writetext("a.txt", "a")
        assert opened.readtext("a.txt") == "a"


def test_entry_point_that_is_no_opener(extern):
    with pytest.raises(errors.EntryPointError):
        extern.get_opener("wrong")


def test_unknown_protocol(extern):
    with pytest.raises(errors.UnsupportedProtocol):
        extern.get_opener("nothing-of-the-kind")


def test_own_openers():
    with open_fs("mem://") as opened:
        opened.makedirs("a/b")
        assert opened.isdir("a/b")


def test_other_folders_may_add_to_the_package(tmp_path):
    package = tmp_path / "fs"
    package.mkdir()
    (package / "__init__.py").write_text(
        '__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n'
    )
    (package / "extern_module.py").write_text("ANSWER = 42\n")
    code = (
        "import sys; sys.path.append(%r); import fs.extern_module; print(fs.extern_module.ANSWER)"
        % str(tmp_path)
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "42", done.stderr
