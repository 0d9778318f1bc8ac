#!/usr/bin/env python3
"""Writes a tiny Qwen3-style GGUF whose weights are made by hand: each token decides the next.

Usage: scripted_gguf.py TURNS.json OUT.gguf

TURNS.json is a list of texts. In the n-th turn of a conversation (counted from 0) the model says the n-th text,
and the last text in all later turns. If the last message of the user contains the word "noise", it says random
letters without end instead, so that sampling, seeds and limits can be tested. So a real server, its tokenizer,
its chat template, its parser of tool calls and its stream can be tested end to end without a trained model.

How: embeddings are one-hot, attention and feed-forward add nothing, and the output matrix is the table of
transitions. The chat template ends the prompt with a token that stands for the turn.

Needs the packages `gguf` and `numpy`.
"""

import json
import sys

import gguf
import numpy as np

HEADS, HEAD_SIZE, FEED_FORWARD = 4, 64, 64
SURE, IMPOSSIBLE = 40.0, -40.0

TEMPLATE = """\
{%- set ns = namespace(turn=0, noise=false) -%}
{%- if tools or messages[0].role == 'system' -%}
<|im_start|>system
{% if messages[0].role == 'system' %}{{ messages[0].content }}
{% endif %}
{%- if tools -%}
# Tools

<tools>
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools>

For each call, write a JSON object with name and arguments within tags:
<tool_call>
{"name": NAME, "arguments": ARGUMENTS}
</tool_call>
{%- endif -%}
<|im_end|>
{% endif -%}
{%- for message in messages -%}
{%- if message.role == 'user' -%}
{%- set ns.noise = 'noise' in message.content -%}
<|im_start|>user
{{ message.content }}<|im_end|>
{% elif message.role == 'assistant' -%}
{%- set ns.turn = ns.turn + 1 -%}
<|im_start|>assistant
{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {% if call.function.arguments is string %}{{ call.function.arguments }}{% else %}{{ call.function.arguments | tojson }}{% endif %}}
</tool_call>
{%- endfor -%}
<|im_end|>
{% elif message.role == 'tool' -%}
<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% if ns.noise %}<|noise|>{% elif ns.turn < N_TURNS %}<|turn_{{ ns.turn }}|>{% else %}<|turn_LAST|>{% endif %}
{%- endif -%}
"""


def bytes_as_letters():
    """The letters that stand for the 256 bytes in byte-level vocabularies."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in kept}
    for n, byte in enumerate(byte for byte in range(256) if byte not in letters):
        letters[byte] = chr(256 + n)
    return letters


def pieces(text, known):
    """Cuts a text into pieces that occur nowhere else, so that each has one successor."""
    result, rest = [], text
    while rest:
        size = 4
        while size < len(rest) and rest[:size] in known:
            size += 1
        piece, rest = rest[:size], rest[size:]
        # Only the end of a text can be too short to be cut anew; it then joins what is before it.
        while piece in known:
            if not result:
                raise SystemExit(f"this text cannot be told apart from another: {text!r}")
            known.remove(result[-1])
            piece = result.pop() + piece
        known.add(piece)
        result.append(piece)
    return result


def main():
    turns_path, out_path = sys.argv[1:]
    with open(turns_path, encoding="utf-8") as file:
        turns = json.load(file)

    letters = bytes_as_letters()
    tokens = [letters[byte] for byte in range(256)]
    kinds = [gguf.TokenType.NORMAL] * 256

    def add(text, kind):
        tokens.append(text)
        kinds.append(kind)
        return len(tokens) - 1

    add("ab", gguf.TokenType.NORMAL)
    end_of_text = add("<|endoftext|>", gguf.TokenType.CONTROL)
    add("<|im_start|>", gguf.TokenType.CONTROL)
    end_of_turn = add("<|im_end|>", gguf.TokenType.CONTROL)
    noise = add("<|noise|>", gguf.TokenType.CONTROL)
    # A piece may not be another token either.
    successor, known = {}, set(tokens)
    for n, text in enumerate(turns):
        before = add(f"<|turn_{n}|>", gguf.TokenType.CONTROL)
        for piece in pieces(text, known):
            token = add(piece, gguf.TokenType.USER_DEFINED)
            successor[before] = token
            before = token
        successor[before] = end_of_turn

    size = -(-len(tokens) // 256) * 256
    while len(tokens) < size:
        add(f"<|unused_{len(tokens)}|>", gguf.TokenType.CONTROL)

    # After the root-mean-square norm, a one-hot vector is sqrt(size) long.
    scale = np.sqrt(size)
    output = np.full((size, size), IMPOSSIBLE, dtype=np.float32)
    output[end_of_turn, :] = 0.0
    for token, following in successor.items():
        output[following, token] = SURE
    random = np.random.default_rng(0)
    alphabet = [ord(letter) for letter in "abcdefghijklmnopqrstuvwxyz "]
    for token in [noise, *alphabet]:
        output[end_of_turn, token] = IMPOSSIBLE
        output[alphabet, token] = random.normal(0.0, 1.5, len(alphabet))
    # Bytes may follow bytes where a grammar forces the model.
    output[:256, :256] = np.maximum(output[:256, :256], -20.0)
    output /= scale

    writer = gguf.GGUFWriter(out_path, "qwen3")
    writer.add_name("scripted")
    writer.add_context_length(32768)
    writer.add_embedding_length(size)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_key_length(HEAD_SIZE)
    writer.add_value_length(HEAD_SIZE)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(["a b"])
    writer.add_eos_token_id(end_of_turn)
    writer.add_pad_token_id(end_of_text)
    writer.add_add_bos_token(False)
    template = TEMPLATE.replace("N_TURNS", str(len(turns))).replace("LAST", str(len(turns) - 1))
    writer.add_chat_template(template)

    def zeros(*shape):
        return np.zeros(shape, dtype=np.float32)

    def ones(*shape):
        return np.ones(shape, dtype=np.float32)

    width = HEADS * HEAD_SIZE
    writer.add_tensor("token_embd.weight", np.eye(size, dtype=np.float32))
    writer.add_tensor("output_norm.weight", ones(size))
    writer.add_tensor("output.weight", output)
    block = {
        "attn_norm": ones(size),
        "attn_q": zeros(width, size),
        "attn_k": zeros(width, size),
        "attn_v": zeros(width, size),
        "attn_output": zeros(size, width),
        "attn_q_norm": ones(HEAD_SIZE),
        "attn_k_norm": ones(HEAD_SIZE),
        "ffn_norm": ones(size),
        "ffn_gate": zeros(FEED_FORWARD, size),
        "ffn_up": zeros(FEED_FORWARD, size),
        "ffn_down": zeros(size, FEED_FORWARD),
    }
    for name, tensor in block.items():
        writer.add_tensor(f"blk.0.{name}.weight", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{out_path}: {len(tokens)} tokens, {len(turns)} turns")


if __name__ == "__main__":
    main()
