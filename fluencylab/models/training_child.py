"""Fine-tuning itself, in a process of its own: a LoRA of the very GGUF file the engine serves.

It is started as a script by `training.py`, imports nothing of this package, reads its job as one line of JSON and writes lines:

    {"stage": "loading"}   {"step": 3, "of": 120, "loss": 1.75}   {"stage": "writing"}   {"done": {…}}   or {"error": "memory", "said": "…"}

It ends when its input is closed, so also when its parent is killed. The examples come as token numbers: the engine's own tokenizer and
chat template made them. The loss is taken on the answers' tokens only.
"""

import contextlib
import errno
import importlib
import json
import os
import platform
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

BASE = "fluency.base.sha256"
"""As in `gguf.py`; a test holds them equal."""
LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
OUTER = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}
TUNED = {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output"}

library: Any = importlib.import_module
"""The extra's packages take seconds to import, and are not there for everybody."""

Pair = tuple[list[int], list[int]]
"""Tokens of the prompt, tokens of the answer with the one that ends it."""


def say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


def hugging_name(name: str) -> str:
    """`blk.3.attn_q.weight` is `model.layers.3.self_attn.q_proj.weight` to transformers."""
    if name in OUTER:
        return OUTER[name]
    _, number, kind, _ = name.split(".")
    return f"model.layers.{number}.{LAYER[kind]}.weight"


def to_gguf(rows: Any, heads: int) -> Any:
    """Rows of a q or k matrix: transformers turns the two halves of a head against each other, llama.cpp neighbours."""
    return rows.reshape(heads, 2, -1, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def from_gguf(rows: Any, heads: int) -> Any:
    return rows.reshape(heads, -1, 2, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def load(path: str) -> Any:
    """The model with its weights as the file has them, in 32 bits, frozen.

    `from_pretrained(gguf_file=…)` reads the file three times over, its vocabulary included: 17 s where this takes 8.
    """
    gguf, torch, transformers = library("gguf"), library("torch"), library("transformers")
    dequantize = library("gguf.quants").dequantize
    reader = gguf.GGUFReader(path)

    def told(name: str) -> Any:
        return reader.fields[f"llama.{name}"].contents()

    config = transformers.LlamaConfig(
        vocab_size=told("vocab_size"),
        hidden_size=told("embedding_length"),
        intermediate_size=told("feed_forward_length"),
        num_hidden_layers=told("block_count"),
        num_attention_heads=told("attention.head_count"),
        num_key_value_heads=told("attention.head_count_kv"),
        max_position_embeddings=told("context_length"),
        rms_norm_eps=told("attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": told("rope.freq_base")},
        tie_word_embeddings=True,
    )
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    state = {}
    for tensor in reader.tensors:
        weight = dequantize(tensor.data, tensor.tensor_type)
        kind = tensor.name.split(".")[-2]
        weight = from_gguf(weight, heads[kind]) if kind in heads else weight
        state[hugging_name(tensor.name)] = torch.tensor(weight)
    return transformers.LlamaForCausalLM.from_pretrained(None, config=config, state_dict=state, dtype=torch.float32)


def prefix_length(pairs: list[Pair]) -> int:
    """How many tokens all prompts begin with: the system prompt."""
    first = min(prompt for prompt, _ in pairs)
    last = max(prompt for prompt, _ in pairs)
    same = 0
    while same < min(len(first), len(last)) - 1 and first[same] == last[same]:
        same += 1
    return same


def packed(pairs: list[Pair], shared: int) -> tuple[list[int], list[int], list[int], list[tuple[int, int]]]:
    """Several examples as one row that reads their common beginning once.

    Gives tokens, positions, the example each token belongs to (0: the beginning) and, for each token of an answer, the place it is
    predicted from and its number.
    """
    tokens, positions, owners = pairs[0][0][:shared], list(range(shared)), [0] * shared
    wanted = []
    for owner, (prompt, answer) in enumerate(pairs, 1):
        own = prompt[shared:] + answer
        begins = len(tokens) + len(prompt) - shared - 1
        wanted += [(begins + place, token) for place, token in enumerate(answer)]
        tokens = tokens + own
        positions += range(shared, shared + len(own))
        owners += [owner] * len(own)
    return tokens, positions, owners, wanted


def loss_of(model: Any, pairs: list[Pair], shared: int) -> Any:
    """Mean negative log-likelihood of the answers' tokens: the same as of the examples one by one, for a third of the work less."""
    torch = library("torch")
    tokens, positions, owners, wanted = packed(pairs, shared)
    owner = torch.tensor(owners)
    seen = (owner[:, None] == owner[None, :]) | (owner == 0)[None, :]
    mask = torch.zeros(len(tokens), len(tokens)).masked_fill(~(seen.tril()), float("-inf"))
    inner = model.get_base_model()
    hidden = inner.model(
        input_ids=torch.tensor([tokens]), position_ids=torch.tensor([positions]), attention_mask=mask[None, None], use_cache=False
    ).last_hidden_state[0]
    places, numbers = zip(*wanted, strict=True)
    logits = inner.lm_head(hidden[list(places)])
    return torch.nn.functional.cross_entropy(logits.float(), torch.tensor(numbers))


def batches(count: int, size: int, seed: int) -> Any:
    """Numbers of examples, shuffled anew each time round; every example once before any comes again."""
    dice = random.Random(seed)
    while True:
        order = dice.sample(range(count), count)
        yield from (order[start : start + size] for start in range(0, count, size))


def train(model: Any, job: dict[str, Any]) -> list[float]:
    """The loss of each step. Ends early when all examples of the last time round are known well."""
    torch = library("torch")
    pairs: list[Pair] = [(list(prompt), list(answer)) for prompt, answer in job["examples"]]
    shared, round_ = prefix_length(pairs), -(-len(pairs) // job["batch"])
    most = min(job["steps"], round_ * job["rounds"])
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=job["learning_rate"], weight_decay=0.0)
    losses: list[float] = []
    for chosen in batches(len(pairs), job["batch"], job["seed"]):
        for group in optimizer.param_groups:
            group["lr"] = job["learning_rate"] * min(1.0, (len(losses) + 1) / 4)
        loss = loss_of(model, [pairs[number] for number in chosen], shared)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(round(float(loss), 4))
        say(step=len(losses), of=most, loss=losses[-1])
        if len(losses) >= most or (len(losses) >= round_ and max(losses[-round_:]) < job["enough"]):
            return losses
    raise AssertionError("unreachable")


def write(model: Any, job: dict[str, Any]) -> None:
    """As GGUF, in 16 bits: what `llama.cpp`'s own `convert_lora_to_gguf.py` would write."""
    gguf, numpy = library("gguf"), library("numpy")
    config = model.get_base_model().config
    heads = {"attn_q": config.num_attention_heads, "attn_k": config.num_key_value_heads}
    writer = gguf.GGUFWriter(job["out"], "llama")
    writer.add_type("adapter")
    writer.add_name(job["name"])
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(job["alpha"]))
    writer.add_string(BASE, job["base"])
    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue
        parts = name.split(".")
        kind, side = TUNED[parts[-4]], parts[-3]
        rows = weight.detach().numpy()
        rows = to_gguf(rows, heads[kind]) if side == "lora_B" and kind in heads else rows
        writer.add_tensor(f"blk.{parts[parts.index('layers') + 1]}.{kind}.weight.{side.lower()}", rows.astype(numpy.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def work(job: dict[str, Any]) -> None:
    began = time.monotonic()
    say(stage="loading")
    peft, torch = library("peft"), library("torch")
    torch.manual_seed(job["seed"])
    torch.use_deterministic_algorithms(True)
    shape = peft.LoraConfig(r=job["rank"], lora_alpha=job["alpha"], target_modules=list(TUNED), task_type="CAUSAL_LM")
    model = peft.get_peft_model(load(job["model"]), shape)
    model.train()
    loaded = time.monotonic() - began
    losses = train(model, job)
    say(stage="writing")
    write(model, job)
    machine = f"{platform.system()} {platform.machine()}, {torch.get_num_threads()} threads"
    versions = f"torch {torch.__version__}, peft {peft.__version__}, Python {platform.python_version()}"
    seconds = time.monotonic() - began
    say(done={"losses": losses, "loading": round(loaded, 1), "seconds": round(seconds, 1), "machine": machine, "versions": versions})


def unattended(out: Path) -> None:
    """Our parent has closed our input: nobody waits for this any more."""
    sys.stdin.read()
    out.unlink(missing_ok=True)
    os._exit(1)


def what_went_wrong(error: BaseException) -> str:
    words = str(error).lower()
    if isinstance(error, MemoryError) or "not enough memory" in words or "can't allocate memory" in words:
        return "memory"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk"
    return "package" if isinstance(error, ImportError) else "unforeseen"


def main() -> None:
    """Behind everything else that runs here: the page stays quick."""
    job: dict[str, Any] = json.loads(sys.stdin.readline())
    out = Path(job["out"])
    threading.Thread(target=unattended, args=(out,), daemon=True).start()
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else 5)
    try:
        work(job)
    except Exception as error:
        out.unlink(missing_ok=True)
        say(error=what_went_wrong(error), said=f"{type(error).__name__}: {error}"[:400])
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
