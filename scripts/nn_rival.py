"""Measures bughound-nn beside PyTorch: the same shapes, in turns, medians of several processes each.

    pip install torch transformers
    cargo build --release -p bughound-nn --example speed
    python scripts/nn_rival.py --speed target/release/examples/speed --threads 1 --rounds 3

Every measurement is a process of its own, so that peak memory is that of one thing. PyTorch gets transformers'
Qwen3 with its fused attention (sdpa) and fused AdamW. The load of the machine is printed beside each round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

CASES = {
    "train": ["train", "small", "8", "512", "3"],
    "forward": ["forward", "small", "8", "512", "3"],
    "generate": ["generate", "small", "16", "128", "128", "2"],
}


def small():
    from transformers import Qwen3Config, Qwen3ForCausalLM

    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=4096,
            hidden_size=256,
            intermediate_size=768,
            num_hidden_layers=6,
            num_attention_heads=8,
            num_key_value_heads=4,
            head_dim=32,
            max_position_embeddings=4096,
            rope_theta=1e6,
            tie_word_embeddings=True,
            attn_implementation="sdpa",
        )
    ).float()


def rival(words, threads):
    import time

    import torch

    torch.set_num_threads(threads)
    model = small()
    what, _, rows, length = words[0], words[1], int(words[2]), int(words[3])
    speeds = []
    if what in ("train", "forward"):
        tokens = torch.tensor([[(s * 31 + i * 7919) % 4096 for i in range(length + 1)] for s in range(rows)])
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.0, fused=True)
        for _ in range(int(words[4])):
            begin = time.perf_counter()
            with torch.set_grad_enabled(what == "train"):
                logits = model(input_ids=tokens[:, :-1], use_cache=False).logits
                loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
            if what == "train":
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                optimizer.zero_grad()
            speeds.append(rows * length / (time.perf_counter() - begin))
    else:
        new = int(words[4])
        prompts = torch.tensor([[(s * 977 + i * 7919) % 4096 for i in range(length)] for s in range(rows)])
        for _ in range(int(words[5])):
            begin = time.perf_counter()
            with torch.inference_mode():
                out = model(input_ids=prompts, use_cache=True, logits_to_keep=1)
                for i in range(new):
                    log_p = torch.log_softmax(out.logits[:, -1], -1)
                    token = torch.multinomial(log_p.exp(), 1)
                    log_p.gather(1, token)
                    if i + 1 < new:
                        out = model(input_ids=token, past_key_values=out.past_key_values, use_cache=True)
            speeds.append(rows * new / (time.perf_counter() - begin))
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
    print(json.dumps({"tokens_per_second": statistics.median(speeds), "peak_mb": int(peak.split()[1]) / 1024}))


def run(command, threads):
    environment = os.environ | {"RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    output = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(output.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--speed")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cases", nargs="*", default=list(CASES))
    parser.add_argument("--rival", nargs="*")
    options = parser.parse_args()
    if options.rival:
        rival(options.rival, options.threads)
        return
    for case in options.cases:
        words = CASES[case]
        ours, theirs = [], []
        for _ in range(options.rounds):
            ours.append(run([options.speed, *words], options.threads))
            us = [sys.executable, __file__, "--threads", str(options.threads), "--rival", *words]
            theirs.append(run(us, options.threads))
            print(case, ours[-1], theirs[-1], "load", os.getloadavg()[0], flush=True)
        pick = lambda runs, key: statistics.median(run[key] for run in runs)
        speed, memory = "tokens_per_second", "peak_mb"
        print(
            f"{case}, {options.threads} threads: {pick(ours, speed):.0f} against {pick(theirs, speed):.0f} tokens/s "
            f"({pick(ours, speed) / pick(theirs, speed):.2f} times), "
            f"{pick(ours, memory):.0f} against {pick(theirs, memory):.0f} MB"
        )


if __name__ == "__main__":
    main()
