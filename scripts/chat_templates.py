#!/usr/bin/env python3
"""Renders conversations with Python's transformers, as fixtures for bughound-tokens.

    python3 -m venv v && v/bin/pip install transformers jinja2 tokenizers
    v/bin/python scripts/chat_templates.py          # writes crates/bughound-tokens/tests/fixtures/renderings.json
    v/bin/python scripts/chat_templates.py --ids DIR TEXTS.json
                                                    # ids of texts by a tokenizer's folder, for comparison with examples/tokens.rs

The templates are those of the fixture folder and our own; nothing is fetched.
"""

import json
import sys
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

CRATE = Path(__file__).resolve().parent.parent / "crates" / "bughound-tokens"
FIXTURES = CRATE / "tests" / "fixtures"

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "search_class",
            "description": "Shows a class; <b>quickly</b> & 'quoted' \"twice\" — naïve.",
            "parameters": {
                "type": "object",
                "properties": {
                    "file": {"type": "string"},
                    "n": {"type": "integer", "default": 3, "maximum": 1e22},
                    "p": {"type": ["number", "null"], "default": 0.5},
                },
                "required": ["file"],
                "additionalProperties": False,
            },
        },
    },
    {"type": "function", "function": {"name": "exit", "description": "", "parameters": {"type": "object", "properties": {}}}},
]


def call(name, arguments, id="c1"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def says(role, content, **rest):
    return {"role": role, "content": content, **rest}


SYSTEM = says("system", "You find places.\n\nBe quick.")
USER = says("user", "The issue: `a < b` & \"c\" fails\n\twith é, 日本語 and 🐕.")
CALLS = says("assistant", "", tool_calls=[call("search_class", {"file": "a/b.py", "n": 2, "p": 0.5})])
TWO_CALLS = says(
    "assistant",
    "I look.",
    tool_calls=[call("search_class", {"file": "x.py"}, "c1"), call("exit", {}, "c2")],
)
RESULT = says("tool", "class B:\n    pass", tool_call_id="c1")
RESULT_2 = says("tool", "The search is over.", tool_call_id="c2")
THOUGHT = says("assistant", "\nIt is a.py::f", reasoning_content="\nHm, f it is.\n")
INLINE = says("assistant", "<think>\nHm.\n</think>\n\nIt is g.")
BROKEN = says("assistant", "", tool_calls=[call("search_class", '{"file": oops')])

CHATS = {
    "user": [USER],
    "system and user": [SYSTEM, USER],
    "answer": [SYSTEM, USER, says("assistant", "```\na.py::f\n```")],
    "call": [SYSTEM, USER, CALLS],
    "call and result": [SYSTEM, USER, CALLS, RESULT],
    "two calls": [USER, TWO_CALLS, RESULT, RESULT_2],
    "two calls, then words": [SYSTEM, USER, TWO_CALLS, RESULT, RESULT_2, says("user", "Answer now."), THOUGHT],
    "thought": [USER, THOUGHT],
    "thoughts of before": [USER, INLINE, says("user", "Sure?"), THOUGHT],
    "thoughts between calls": [SYSTEM, USER, {**CALLS, "reasoning_content": "Read it."}, RESULT, THOUGHT],
    "later system": [SYSTEM, USER, says("system", "Stop soon."), says("user", "")],
    "broken arguments": [USER, BROKEN],
}


def templates():
    paths = [FIXTURES / "templates" / "qwen2.5.jinja", FIXTURES / "templates" / "qwen3.jinja"]
    paths += [CRATE / "src" / "style" / "qwen.jinja", CRATE / "src" / "style" / "compact.jinja"]
    names = ["qwen2.5", "qwen3", "our qwen", "our compact"]
    return dict(zip(names, paths))


def render(template, messages, tools, asks, thinking):
    variables = {} if thinking is None else {"enable_thinking": thinking}
    rendered, _ = render_jinja_template(
        conversations=[messages],
        tools=tools,
        chat_template=template,
        add_generation_prompt=asks,
        eos_token="<|im_end|>",
        **variables,
    )
    return rendered[0]


def main():
    if "--ids" in sys.argv:
        return ids(*sys.argv[2:])
    cases = []
    for name, path in templates().items():
        template = path.read_text(encoding="utf-8")
        for chat, messages in CHATS.items():
            for tools in (False, True):
                for asks, thinking in ((False, None), (True, None), (True, False)):
                    if thinking is not None and name != "qwen3":
                        continue
                    try:
                        text = render(template, messages, TOOLS if tools else None, asks, thinking)
                    except Exception as error:
                        raise SystemExit(f"{name}, {chat}: {error}")
                    cases.append(
                        {"template": name, "chat": chat, "tools": tools, "asks": asks, "thinking": thinking, "text": text}
                    )
    # Each text once: renderings repeat each other.
    page = {"tools": TOOLS, "chats": CHATS, "cases": cases}
    out = FIXTURES / "renderings.json"
    out.write_text(json.dumps(page, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(cases)} renderings in {out}")


def ids(folder, texts):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    page = json.loads(Path(texts).read_text(encoding="utf-8"))
    for text in page:
        ids = tokenizer.encode(text, add_special_tokens=False)
        assert tokenizer.decode(ids, skip_special_tokens=False) == text, repr(text)
        print(" ".join(map(str, ids)))


if __name__ == "__main__":
    main()
