"""Makes the fixtures of crates/bughound-nn: tiny models with what PyTorch and transformers compute of them.

    pip install torch transformers safetensors numpy
    python scripts/nn_fixtures.py crates/bughound-nn/tests/fixtures

Weights are drawn wide (so that logits differ), rounded to bf16 and written so; everything is computed in fp32.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

VOCAB, HIDDEN, LAYERS, HEADS, KV_HEADS, FEED_FORWARD, CONTEXT = 96, 32, 2, 4, 2, 48, 256
SAMPLES = 12
LORA_RANK, LORA_ALPHA = 4, 8.0
# Where each projection is, for the adapter.
LORA_TARGETS = {"q_proj": "self_attn", "v_proj": "self_attn", "up_proj": "mlp", "down_proj": "mlp"}


def numbers(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


def make(kind, tied, seed):
    torch.manual_seed(seed)
    shape = dict(
        vocab_size=VOCAB,
        hidden_size=HIDDEN,
        intermediate_size=FEED_FORWARD,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        max_position_embeddings=CONTEXT,
        rope_theta=1_000_000.0,
        rms_norm_eps=1e-6,
        tie_word_embeddings=tied,
        attn_implementation="eager",
        use_cache=True,
    )
    if kind == "qwen2":
        model = Qwen2ForCausalLM(Qwen2Config(**shape))
    else:
        model = Qwen3ForCausalLM(Qwen3Config(head_dim=16, **shape))
    model = model.float().eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("norm.weight"):
                weight.copy_(1 + 0.2 * torch.randn_like(weight))
            else:
                weight.copy_(0.25 * torch.randn_like(weight))
            weight.copy_(weight.bfloat16().float())
    return model


def sequences(seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(0, VOCAB, (n,), generator=generator) for n in (9, 70, 2, 140)]


def scores(model, sequences):
    """Log-probabilities and entropies of all tokens but each sequence's first."""
    logprobs, entropies = [], []
    for tokens in sequences:
        logits = model(input_ids=tokens[None, :-1]).logits[0]
        log_p = torch.log_softmax(logits, -1)
        logprobs.append(log_p.gather(1, tokens[1:, None])[:, 0])
        entropies.append(-(log_p.exp() * log_p).sum(-1))
    return torch.cat(logprobs), torch.cat(entropies)


def gradients(named, logprobs):
    """Of Σ cos(i) · logprob[i]: norm and a few numbers of each tensor."""
    weights = torch.cos(torch.arange(len(logprobs)).double()).float()
    (logprobs * weights).sum().backward()
    found = {}
    for name, weight in named:
        flat = weight.grad.flatten()
        step = max(1, len(flat) // SAMPLES)
        found[name] = {
            "norm": float(f"{flat.double().norm().item():.9g}"),
            "step": step,
            "samples": numbers(flat[::step][:SAMPLES]),
        }
    return found


def greedy(model, prompt, n):
    tokens = prompt[None]
    with torch.no_grad():
        for _ in range(n):
            tokens = torch.cat([tokens, model(input_ids=tokens).logits[:, -1:].argmax(-1)], 1)
    return tokens[0, len(prompt):].tolist()


def write(directory, model, shards):
    directory.mkdir(parents=True, exist_ok=True)
    config = model.config.to_dict()
    config["architectures"] = [type(model).__name__]
    for unwanted in ("transformers_version", "_name_or_path", "dtype"):
        config.pop(unwanted, None)
    (directory / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    state = {name: weight.detach().bfloat16().contiguous() for name, weight in model.named_parameters()}
    if shards == 1:
        save_file(state, directory / "model.safetensors", metadata={"format": "pt"})
        return
    names, index = sorted(state), {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = {name: state[name] for name in names[shard::shards]}
        save_file(part, directory / file, metadata={"format": "pt"})
        index |= dict.fromkeys(part, file)
    (directory / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}, indent=1))


def adapt(model, directory, inputs):
    """The same model with a low-rank adapter, written as PEFT writes it."""
    torch.manual_seed(7)
    adapter, hooks = {}, []
    scale = LORA_ALPHA / LORA_RANK
    for layer in range(LAYERS):
        for target, part in LORA_TARGETS.items():
            path = f"model.layers.{layer}.{part}.{target}"
            module = model.get_submodule(path)
            a = (0.3 * torch.randn(LORA_RANK, module.in_features)).requires_grad_()
            b = (0.3 * torch.randn(module.out_features, LORA_RANK)).requires_grad_()
            adapter[f"base_model.model.{path}.lora_A.weight"] = a
            adapter[f"base_model.model.{path}.lora_B.weight"] = b
            hooks.append(module.register_forward_hook(lambda _m, x, y, a=a, b=b: y + scale * (x[0] @ a.T) @ b.T))
    logprobs, _ = scores(model, inputs)
    expected = {"logprobs": numbers(logprobs), "gradients": gradients(adapter.items(), logprobs)}
    for hook in hooks:
        hook.remove()
    directory.mkdir(parents=True, exist_ok=True)
    save_file({name: weight.detach() for name, weight in adapter.items()}, directory / "adapter_model.safetensors")
    config = {
        "peft_type": "LORA",
        "r": LORA_RANK,
        "lora_alpha": LORA_ALPHA,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": sorted(LORA_TARGETS),
        "task_type": "CAUSAL_LM",
    }
    (directory / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (directory / "expected.json").write_text(json.dumps(expected) + "\n")


def main():
    root = Path(sys.argv[1])
    for seed, (kind, tied, shards) in enumerate(
        [("qwen2", True, 3), ("qwen2", False, 1), ("qwen3", True, 1), ("qwen3", False, 1)]
    ):
        model = make(kind, tied, seed)
        directory = root / f"{kind}-{'tied' if tied else 'untied'}"
        write(directory, model, shards)
        inputs = sequences(seed)
        logprobs, entropies = scores(model, inputs)
        expected = {
            "sequences": [tokens.tolist() for tokens in inputs],
            "logprobs": numbers(logprobs),
            "entropies": numbers(entropies),
            "gradients": gradients(list(model.named_parameters()), logprobs),
            "greedy": {"prompt": inputs[1].tolist(), "tokens": greedy(model, inputs[1], 40)},
        }
        (directory / "expected.json").write_text(json.dumps(expected) + "\n")
        if (kind, tied) == ("qwen3", True):
            adapt(model, root / "adapter", inputs)


if __name__ == "__main__":
    main()
