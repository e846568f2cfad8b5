"""Map: a few hundred texts in two dimensions, and how many true neighbours the picture loses.

189 articles: of the ten nearest of each in 256 dimensions, t-SNE keeps 6 among the ten nearest on the map; the widest shadow 1 or 2
"""

from collections.abc import Iterable
from typing import Any

from fluencylab.instruments.base import Step
from fluencylab.labs.embeddings import projection
from fluencylab.labs.embeddings.params import Params
from fluencylab.models.embedder import Encode
from fluencylab.models.transport import library
from fluencylab.stats import Measure, estimate, exactly, share

K = 10
"""Neighbours that are looked at."""
SHOWN = 160
"""Letters of a text that are kept for the map."""


def facts(params: Params) -> list[str]:
    groups = ["same_group"] if any(point.label for point in params.points) else []
    return ["lost_neighbours", "spread", *groups]


def steps(params: Params) -> int:
    return 1


def texts(params: Params) -> list[str]:
    return [point.text for point in params.points]


def draw(params: Params, encode: Encode) -> Step:
    """The whole map: places from 0 to 1, the nearest five of each, and how many of its nearest `k` it keeps on the map."""
    rows = encode(texts(params))
    k = min(K, len(rows) - 1)
    near = projection.neighbours(rows @ rows.T, k)
    placed, spread = projection.pca(rows)
    if params.projection == "neighbours":
        placed = projection.tsne(rows)
    shown = projection.on_the_map(placed, k)
    points = [
        {
            "text": _short(point.text),
            "group": point.label,
            "x": x,
            "y": y,
            "near": near[i][:5].tolist(),
            "kept": len(set(near[i].tolist()) & set(shown[i].tolist())),
        }
        for i, (point, (x, y)) in enumerate(zip(params.points, fit(placed), strict=True))
    ]
    return Step(kind="map", data={"projection": params.projection, "k": k, "spread": round(spread, 4), "points": points})


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def fit(placed: Any) -> list[tuple[float, float]]:
    """Into the square from 0 to 1, both axes alike."""
    numpy = library("numpy")
    low, high = placed.min(0), placed.max(0)
    scaled = (placed - (low + high) / 2) / (float((high - low).max()) or 1) + 0.5
    return [(round(float(x), 4), round(float(y), 4)) for x, y in numpy.asarray(scaled)]


def measures(steps: Iterable[Step]) -> dict[str, Measure]:
    """lost_neighbours: share of true neighbours that are not near on the map. spread: share of variance in the shadow's two axes.
    same_group: share of texts whose nearest text is of their own group, where there are groups.
    """
    data = next((step.data for step in reversed(list(steps)) if step.kind == "map"), None)
    if data is None:
        return {}
    points, k = data["points"], data["k"]
    lost = [1 - point["kept"] / k for point in points]
    found = {
        "lost_neighbours": estimate(lost),
        "spread": exactly(data["spread"], len(points)),
    }
    if any(point["group"] for point in points):
        found["same_group"] = share(sum(points[point["near"][0]]["group"] == point["group"] for point in points), len(points))
    return found


def says(measures: dict[str, Measure]) -> str:
    if "lost_neighbours" not in measures:
        return ""
    lost, n = measures["lost_neighbours"], measures["lost_neighbours"].n
    told = f"Of the true nearest neighbours of {n} texts, the map loses {lost.value * 100:.0f} %: near on the map is not near in meaning."
    if "same_group" in measures:
        told += f" The nearest text of {measures['same_group'].value * 100:.0f} % is of their own group."
    return told
