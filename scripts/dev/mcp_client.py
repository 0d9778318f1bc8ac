"""Drives `bughound mcp` with the official Python SDK of the Model Context Protocol.

    pip install 'mcp>=2'
    python scripts/dev/mcp_client.py target/debug/bughound

Makes a small repository in a temporary folder and checks, over standard input and output and over streamable
HTTP, with the handshake of the older revisions of the protocol and with the newest: what the server says of
itself, every tool, resources, completion, that an edit changes the answer of the very next call, errors,
progress, cancellation, and calls at the same time. Ends with an error where anything is not as it should be.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

from mcp import Client, MCPError, StdioServerParameters
from mcp.types import ResourceTemplateReference, TextContent

CONFIG = '''\
"""Settings of the program."""

import json


class Reader:
    """Reads settings from a file."""

    def load(self, path):
        text = open(path).read()
        if not text:
            raise ValueError("the settings file is empty")
        return self.decode(text)

    def decode(self, text):
        return json.loads(text)


class StrictReader(Reader):
    def decode(self, text):
        return dict(super().decode(text))


def default_settings():
    return {"color": True}
'''

CLI = '''\
from pkg.config import StrictReader, default_settings


def main(arguments):
    settings = default_settings()
    settings.update(StrictReader().load(arguments[0]))
    return settings
'''

TEST = '''\
from pkg.config import Reader


def test_load_rejects_empty_settings(tmp_path):
    Reader().load(tmp_path)
'''

ISSUE = "Reader.load crashes\n\nValueError: the settings file is empty"

CALLS = {
    "locate": {"issue": ISSUE},
    "get_repo_structure": {},
    "get_imports_of_file": {"file": "pkg/cli.py"},
    "search_class": {"file": "pkg/config.py", "class": "Reader"},
    "search_function": {"file": "pkg/cli.py", "function": "main"},
    "search_class_method": {"file": "pkg/config.py", "class": "Reader", "method": "load"},
    "search_text": {"text": "settings file"},
    "read_lines": {"file": "README.md"},
    "find_callers": {"symbol": "pkg/config.py::Reader.load"},
    "find_callees": {"symbol": "pkg/config.py::Reader.load"},
    "find_subclasses": {"class": "Reader"},
    "find_tests": {"symbol": "pkg/config.py::Reader.load"},
    "find_similar_fixes": {"text": "settings from a file"},
}


def make_repository(root: pathlib.Path) -> None:
    files = {"pkg/__init__.py": "", "pkg/config.py": CONFIG, "pkg/cli.py": CLI, "README.md": "# pkg\n",
             "tests/test_config.py": TEST, ".gitignore": "*.log\n"}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Read settings from a file"]):
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True)


def text_of(result) -> str:
    assert len(result.content) == 1, result
    assert isinstance(result.content[0], TextContent), result
    return result.content[0].text


async def check_introduction(client: Client) -> None:
    if client.server_info is not None:
        assert client.server_info.name == "bughound", client.server_info
    assert "locate" in (client.instructions or ""), client.instructions
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == set(CALLS), sorted(tools)
    for tool in tools.values():
        assert tool.annotations.read_only_hint and tool.annotations.idempotent_hint, tool
    assert tools["locate"].input_schema["required"] == ["issue"]
    assert tools["locate"].output_schema["required"]


async def check_tools(client: Client) -> None:
    for name, arguments in CALLS.items():
        # The SDK holds structured content against the tool's schema by itself.
        result = await client.call_tool(name, arguments)
        assert not result.is_error and text_of(result), (name, result)
    located = await client.call_tool("locate", {"issue": ISSUE, "limit": 1})
    [place] = located.structured_content["locations"]
    assert (place["path"], place["qualified_name"]) == ("pkg/config.py", "Reader.load"), place
    assert text_of(located).startswith("1. pkg/config.py::Reader.load (method, lines 9-13)"), located
    files = await client.call_tool("locate", {"issue": ISSUE, "level": "file", "format": "json"})
    assert '"level":"file"' in text_of(files), files

    missed = await client.call_tool("search_class", {"file": "pkg/config.py", "class": "Raeder"})
    assert missed.is_error and "Did you mean Reader" in text_of(missed), missed
    wrong = await client.call_tool("search_class", {"file": "pkg/config.py"})
    assert wrong.is_error and "Call it as search_class(" in text_of(wrong), wrong
    empty = await client.call_tool("locate", {"issue": " "})
    assert empty.is_error and "empty" in text_of(empty), empty


async def check_resources(client: Client) -> None:
    listed = (await client.list_resources()).resources
    uris = [str(resource.uri) for resource in listed]
    assert "bughound://file/README.md" in uris and len(uris) == 6, uris
    templates = [template.uri_template for template in (await client.list_resource_templates()).resource_templates]
    assert templates == ["bughound://file/{+path}", "bughound://symbol/{+path}::{name}"], templates
    [read] = (await client.read_resource("bughound://symbol/pkg/config.py::Reader.load")).contents
    assert read.mime_type == "text/x-python" and " 9      def load(self, path):" in read.text, read
    for resource in listed:
        [read] = (await client.read_resource(str(resource.uri))).contents
        assert read.mime_type == resource.mime_type, (resource, read)
    paths = await client.complete(ResourceTemplateReference(type="ref/resource", uri=templates[1]),
                                  {"name": "path", "value": "pkg/c"})
    assert paths.completion.values == ["pkg/cli.py", "pkg/config.py"], paths
    names = await client.complete(ResourceTemplateReference(type="ref/resource", uri=templates[1]),
                                  {"name": "name", "value": "reader.l"}, {"path": "pkg/config.py"})
    assert names.completion.values == ["Reader.load"], names


async def check_errors(client: Client) -> None:
    for attempt, expect in (
        (client.call_tool("exit", {}), "there is no tool `exit`"),
        (client.read_resource("bughound://file/absent.py"), "there is no file `absent.py`"),
        (client.read_resource("file:///etc/passwd"), "addresses have the shapes"),
        (client.list_resources(cursor="nonsense"), "cursor"),
        (client.complete(ResourceTemplateReference(type="ref/resource", uri="x:y"), {"name": "a", "value": ""}),
         "nothing is known"),
    ):
        try:
            result = await attempt
        except MCPError as error:
            assert expect in str(error), error
        else:
            raise AssertionError(f"{expect}: {result}")


async def check_edits(client: Client, root: pathlib.Path) -> None:
    """Every call sees what was written before it, with no pause between."""
    for n in range(50):
        (root / "pkg/extra.py").write_text(f"def added_{n}():\n    return {n}\n")
        found = await client.call_tool("search_function", {"file": "pkg/extra.py", "function": f"added_{n}"})
        assert not found.is_error, (n, found)
    for n in range(20):
        new = root / f"deep/er{n}/module.py"
        new.parent.mkdir(parents=True)
        new.write_text("def fresh():\n    pass\n")
        found = await client.call_tool("search_function", {"file": f"deep/er{n}/module.py", "function": "fresh"})
        assert not found.is_error, (n, found)
        new.write_text("\n\ndef fresher():\n    pass\n")
        found = await client.call_tool("search_function", {"file": f"deep/er{n}/module.py", "function": "fresher"})
        assert not found.is_error, (n, found)
    (root / "deep").rename(root / "moved")
    found = await client.call_tool("search_function", {"file": "moved/er3/module.py", "function": "fresher"})
    assert not found.is_error, found
    (root / "moved/er3/module.py").write_text("def freshest():\n    pass\n")
    found = await client.call_tool("search_function", {"file": "moved/er3/module.py", "function": "freshest"})
    assert not found.is_error, found
    subprocess.run(["git", "clean", "-fdq"], cwd=root, check=True)
    gone = await client.call_tool("read_lines", {"file": "pkg/extra.py"})
    assert gone.is_error, gone
    (root / "x.log").write_text("ignored")
    ignored = await client.call_tool("read_lines", {"file": "x.log"})
    assert ignored.is_error, ignored
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "Banners are shown"], cwd=root, check=True)
    located = await client.call_tool("locate", CALLS["locate"])
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True)
    assert located.structured_content["history_from"] == head.stdout.strip(), located.structured_content


async def check_together(client: Client, root: pathlib.Path) -> None:
    """Many calls at the same time, edits in between, and calls that nobody waits for."""
    async def edit() -> None:
        for n in range(10):
            (root / "pkg/busy.py").write_text(f"def busy_{n}():\n    pass\n")
            await asyncio.sleep(0.005)

    async def call(name: str, arguments: dict) -> None:
        result = await client.call_tool(name, arguments)
        assert not result.is_error, (name, result)

    async def give_up() -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(client.call_tool("locate", CALLS["locate"]), 0.0005)

    calls = [call(name, arguments) for name, arguments in CALLS.items() for _ in range(4)]
    await asyncio.gather(edit(), *calls, *(give_up() for _ in range(10)))
    (root / "pkg/busy.py").unlink()


async def check(client: Client, root: pathlib.Path) -> None:
    await check_introduction(client)
    await check_tools(client)
    await check_resources(client)
    await check_errors(client)
    await check_edits(client, root)
    await check_together(client, root)


async def check_progress(server, expect: bool) -> None:
    told = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append((done, total, message))

    async with Client(server) as client:
        await client.call_tool("locate", CALLS["locate"], progress_callback=progress)
    assert all(total == 1 and message for _, total, message in told), told
    assert [done for done, *_ in told] == sorted({done for done, *_ in told}), told
    assert told or not expect, "a repository that takes a while to read gives no progress"


@contextlib.contextmanager
def http_server(bughound: str, root: pathlib.Path, environment: dict[str, str]):
    command = [bughound, "mcp", "--repo", str(root), "--http", "127.0.0.1:0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0, process.returncode
    finally:
        process.kill()


async def main(bughound: str, large: str | None) -> None:
    bughound = str(pathlib.Path(bughound).resolve())
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "repo"
        root.mkdir()
        make_repository(root)
        cache = {"BUGHOUND_CACHE_DIR": str(pathlib.Path(folder) / "cache")}
        stdio = StdioServerParameters(command=bughound, args=["mcp", "--repo", str(root)], env=cache)
        for mode in ("legacy", "auto"):
            async with Client(stdio, mode=mode) as client:
                await check(client, root)
                print(f"ok: standard input and output, revision {client.protocol_version}")
            with http_server(bughound, root, dict(os.environ) | cache) as url:
                async with Client(url, mode=mode) as client:
                    await check(client, root)
                    print(f"ok: streamable HTTP, revision {client.protocol_version}")
        await check_progress(stdio, False)
        if large is not None:
            arguments = ["mcp", "--no-cache", "--repo", large]
            await check_progress(StdioServerParameters(command=bughound, args=arguments), True)
            print("ok: progress")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: mcp_client.py BUGHOUND [LARGE_REPOSITORY]")
    asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
