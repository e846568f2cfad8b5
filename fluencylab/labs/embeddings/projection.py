"""Many dimensions made two, and what that costs: a map shows some neighbours and hides others.

    pca    the widest shadow: turned so that the points lie as far apart as they can, then the rest is dropped
    tsne   neighbours are kept together, distances between groups are not (van der Maaten and Hinton 2008)

The exact t-SNE below takes half a second for 400 points; scikit-learn's would bring 40 MB. Both begin the same each time: no dice.
"""

from typing import Any

from fluencylab.models.transport import library

ROUNDS = 350
"""Of gradient descent; the first 100 pull neighbours together four times as strongly."""


def pca(rows: Any) -> tuple[Any, float]:
    """(n, 2) coordinates, and the share of all variance that lies in them. The sign of an axis is fixed by its largest entry."""
    numpy = library("numpy")
    centred = rows - rows.mean(0)
    left, sizes, axes = numpy.linalg.svd(centred, full_matrices=False)
    signs = numpy.sign(axes[numpy.arange(2), numpy.abs(axes[:2]).argmax(1)])
    whole = float((sizes**2).sum())
    return left[:, :2] * sizes[:2] * signs, float((sizes[:2] ** 2).sum() / whole) if whole else 1.0


def tsne(rows: Any, perplexity: float = 12.0) -> Any:
    """(n, 2) coordinates. `perplexity`: about how many neighbours each point holds on to."""
    numpy = library("numpy")
    n = len(rows)
    wanted = _affinities(_squares(rows), min(perplexity, (n - 1) / 3))
    placed, _ = pca(rows)
    placed = placed / (placed.std() or 1) * 1e-2
    speed, gains = numpy.zeros_like(placed), numpy.ones_like(placed)
    for turn in range(ROUNDS):
        near = 1 / (1 + _squares(placed))
        numpy.fill_diagonal(near, 0)
        pull = (wanted * (4 if turn < 100 else 1) - near / near.sum()) * near
        slope = 4 * (numpy.diag(pull.sum(1)) - pull) @ placed
        gains = numpy.where(numpy.sign(slope) == numpy.sign(speed), gains * 0.8, gains + 0.2).clip(0.01)
        speed = (0.5 if turn < 100 else 0.8) * speed - max(n / 4, 50) * gains * slope
        placed = placed + speed
        placed = placed - placed.mean(0)
    return placed


def _squares(rows: Any) -> Any:
    """Squared distance of each to each."""
    numpy = library("numpy")
    lengths = (rows**2).sum(1)
    return numpy.maximum(lengths[:, None] + lengths[None, :] - 2 * rows @ rows.T, 0)


def _affinities(squares: Any, perplexity: float) -> Any:
    """How much each point wants each other one near: a bell for each, as wide as gives it `perplexity` neighbours."""
    numpy = library("numpy")
    n = len(squares)
    low, high, width = numpy.zeros(n), numpy.full(n, numpy.inf), numpy.ones(n)
    found = numpy.zeros_like(squares)
    for _ in range(40):
        found = numpy.exp(-(squares - _nearest(squares)[:, None]) * width[:, None])
        numpy.fill_diagonal(found, 0)
        found = found / numpy.maximum(found.sum(1), 1e-12)[:, None]
        entropy = -(found * numpy.log(numpy.maximum(found, 1e-12))).sum(1)
        wide = entropy > numpy.log(perplexity)
        low, high = numpy.where(wide, width, low), numpy.where(wide, high, width)
        width = numpy.where(numpy.isinf(high), width * 2, (low + high) / 2)
    both = (found + found.T) / (2 * n)
    return numpy.maximum(both, 1e-12)


def _nearest(squares: Any) -> Any:
    """Of each point, the distance to the nearest other one: taken off before the exponential, which would else be all zeros."""
    numpy = library("numpy")
    return (squares + numpy.diag(numpy.full(len(squares), numpy.inf))).min(1)


def neighbours(near: Any, k: int) -> Any:
    """(n, k) numbers of the nearest others, the nearest first; `near` is (n, n), larger is nearer. Of equals, the earlier."""
    numpy = library("numpy")
    own = near.copy()
    numpy.fill_diagonal(own, -numpy.inf)
    return numpy.argsort(-own, axis=1, kind="stable")[:, :k]


def on_the_map(placed: Any, k: int) -> Any:
    return neighbours(-_squares(placed), k)
