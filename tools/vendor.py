"""Fetch the front-end files we ship: pinned, checked, cut down to what is used, each with its licence.

    python tools/vendor.py                 asks `npm pack` for each package (your own npm settings are honoured)
    python tools/vendor.py --from FOLDER   takes tarballs that already lie in FOLDER

No page ever loads a file from another host, so what a page needs is committed. To move to a new version, change `version`, run
the script, read the checksum it refuses, and write that one in once you have looked at the package.
"""

import argparse
import hashlib
import io
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "fluencylab" / "web" / "static"
VENDOR = STATIC / "vendor"
TEST_VENDOR = ROOT / "tests" / "vendor"


@dataclass(frozen=True)
class Package:
    """One npm package: `files` maps a path inside it to the name it gets in our vendor folder."""

    name: str
    version: str
    sha256: str
    licence: str
    files: dict[str, str] = field(default_factory=dict)
    licence_files: tuple[str, ...] = ("LICENSE",)
    folder: Path = VENDOR

    @property
    def short(self) -> str:
        return self.name.removeprefix("@").replace("/", "-")

    @property
    def tarball(self) -> str:
        return f"{self.short}-{self.version}.tgz"


def font(family: str, *styles: str) -> dict[str, str]:
    """The Latin subset of one variable font, and apart from it the further Latin letters (ž, ł, ő), which few pages fetch: other scripts
    (Arabic, Chinese ...) fall back to the reader's own fonts."""
    plain = {f"files/{family}-latin-wght-{s}.woff2": f"fonts/{family}-{s}.woff2" for s in styles}
    return plain | {f"files/{family}-latin-ext-wght-{s}.woff2": f"fonts/{family}-{s}-ext.woff2" for s in styles}


OPEN_PROPS = Package("open-props", "1.7.23", "b251723ca5b16660b4c97980b17b39d7c8cb6c8df6c39a6deaf439362027437f", "MIT")
LUCIDE = Package("lucide-static", "1.62.0", "386f9080c440d6f5049cefe3456ae8357f7a0c7f76e59670cd1cb83bc7050a44", "ISC, MIT")

PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
        "0BSD",
        {"dist/htmx.min.js": "htmx.min.js"},
    ),
    Package(
        "vega",
        "6.4.0",
        "3521fb6ff68a94a40323954f0ba4484ba4014b157bfd37f89a3b063082320c42",
        "BSD-3-Clause",
        {"build/vega.min.js": "vega.min.js"},
    ),
    Package(
        "vega-lite",
        "6.4.3",
        "24260f85e6f5bfe1069505f7c5c2b9863181ac413ef1030746f0a80c93991ce5",
        "BSD-3-Clause",
        {"build/vega-lite.min.js": "vega-lite.min.js"},
    ),
    # vega-embed carries the expression interpreter in its own build: `{ast: true}` uses it, and no `unsafe-eval` is needed.
    Package(
        "vega-embed",
        "7.3.0",
        "d9a958ced3240f0418df7d5e12e97dba6e63cecda15b8403e47a0db7eb6ea859",
        "BSD-3-Clause",
        {"build/vega-embed.min.js": "vega-embed.min.js"},
    ),
    Package(
        "@fontsource-variable/newsreader",
        "5.3.0",
        "4b8cfba8f4e79abe7b221b761b751d76569fd2d2303a9cace2e90b862c56630d",
        "OFL-1.1",
        font("newsreader", "normal", "italic"),
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "d26710dd38e7217484a1d47ee76c024977ec550548876f26d06ed1844af09a14",
        "OFL-1.1",
        font("inter", "normal"),
    ),
    Package(
        "@fontsource-variable/jetbrains-mono",
        "5.3.0",
        "996fe6368a480c9ce15d4de22a2682b7c40b403718fee2b15e7272f244fd993f",
        "OFL-1.1",
        font("jetbrains-mono", "normal"),
    ),
    OPEN_PROPS,
    LUCIDE,
    Package(
        "axe-core",
        "4.14.1",
        "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
        "MPL-2.0",
        {"axe.min.js": "axe.min.js"},
        ("LICENSE", "LICENSE-3RD-PARTY.txt"),
        TEST_VENDOR,
    ),
)

# The design tokens our CSS uses, and the file of Open Props each family lies in.
TOKENS = {
    "sizes": ("size-1", "size-2", "size-3", "size-4", "size-5", "size-6", "size-7", "size-8", "size-9"),
    "borders": ("radius-round",),
    "easings": ("ease-out-3",),
}

# Lucide icons on our pages, one sprite: <use href="/static/vendor/lucide.svg#check">.
ICONS = (
    "arrow-right", "check", "chevron-right", "circle-dashed", "cloud-off", "copy", "corner-down-left", "download",
    "hourglass", "info", "play", "search-x", "square", "triangle-alert", "x",
)  # fmt: skip


def fetch(package: Package, folder: Path | None, scratch: Path) -> dict[str, bytes]:
    """The files of a package by their path, once its checksum is the one written above."""
    if folder is None:
        wanted = f"{package.name}@{package.version}"
        subprocess.run(["npm", "pack", "--silent", wanted, "--pack-destination", str(scratch)], check=True, stdout=subprocess.DEVNULL)
    packed = ((folder or scratch) / package.tarball).read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != package.sha256:
        raise SystemExit(f"{package.tarball} has SHA-256 {found}, not {package.sha256}. Nothing of it was copied.")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        members = [m for m in archive.getmembers() if m.isfile()]
        return {m.name.removeprefix("package/"): archive.extractfile(m).read() for m in members}  # type: ignore[union-attr]


def write(path: Path, data: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def open_props(files: dict[str, bytes]) -> str:
    """The few tokens we use, out of the five hundred."""
    lines = []
    for family, names in TOKENS.items():
        text = files[f"{family}.min.css"].decode()
        for name in names:
            value = re.search(rf"[{{;]--{name}:([^;}}]+)", text)
            if value is None:
                raise SystemExit(f"Open Props {OPEN_PROPS.version} has no --{name}.")
            lines.append(f"  --{name}: {value[1]};")
    head = f"/* Open Props {OPEN_PROPS.version}, MIT: a subset made by tools/vendor.py */\n"
    return head + ":where(html) {\n" + "\n".join(lines) + "\n}\n"


def sprite(files: dict[str, bytes]) -> str:
    """One SVG with a <symbol> for each icon; colour and size come from the place that uses it."""
    symbols = []
    for name in ICONS:
        drawing = re.search(r"<svg[^>]*>(.*)</svg>", files[f"icons/{name}.svg"].decode(), re.S)
        if drawing is None:
            raise SystemExit(f"Lucide {LUCIDE.version}: {name}.svg is not what we expect.")
        shapes = re.sub(r"\s+", " ", drawing[1]).replace("> <", "><").strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
        )
    head = f"<!-- Lucide {LUCIDE.version}, ISC and MIT: a subset made by tools/vendor.py -->\n"
    return head + '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="folder", type=Path, help="a folder that holds the tarballs already")
    folder: Path | None = parser.parse_args().folder

    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            files = fetch(package, folder, Path(scratch))
            out = {target: files[source] for source, target in package.files.items()}
            if package is OPEN_PROPS:
                out["open-props.css"] = open_props(files).encode()
            if package is LUCIDE:
                out["lucide.svg"] = sprite(files).encode()
            for target, data in out.items():
                write(package.folder / target, data)
                rows.append(f"{target:34} {len(data):>7}  {package.licence:12}  {package.name} {package.version}")
            licence = "\n\n".join(files[name].decode().strip() for name in package.licence_files)
            write(package.folder / "licences" / f"{package.short}.txt", licence + "\n")
    write(VENDOR / "VENDOR.txt", "Made by tools/vendor.py: file, bytes, licence, package.\n\n" + "\n".join(rows) + "\n")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
