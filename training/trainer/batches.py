"""The batches of one epoch, drawn while the network is still busy with the one before."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from trainer.augment import augment_in_two
from trainer.config import Config
from trainer.data import Images, Labels
from trainer.teacher import Teacher

Batch = tuple[Images, Images]
_T = TypeVar("_T")


def draw_batches(
    pictures: Images,
    targets: Images,
    order: Labels,
    config: Config,
    *,
    rng: np.random.Generator,
    teacher: Teacher | None,
    plain_from: int | None = None,
) -> Iterator[Batch]:
    """Yield augmented pictures and what the network is to answer, in the given order.

    Args:
        pictures: (N, 28, 28, 1) float32, the pool.
        targets: (N, K) float32, its one-hot labels.
        order: places in the pool; a last batch that is not full is left out.
        config: batch and augmentation.
        rng: the only source of chance. One thread alone draws from it, so that the same state
            gives the same batches.
        teacher: puts its answers behind the targets: (B, 2 K).
        plain_from: places from this one on are written anew but not spoiled; None = all are.
    """
    size = config.batch

    def draw(step: int) -> Batch:
        chosen = order[step * size : (step + 1) * size]
        written, arrived = augment_in_two(pictures[chosen], config.augmentation, rng)
        wanted = targets[chosen]
        if plain_from is not None:
            arrived = np.where((chosen < plain_from)[:, None, None, None], arrived, written)
        if teacher is not None:
            # It sees the digit before it was spoiled: what was meant, not what is left of it.
            wanted = np.concatenate([wanted, teacher.answer(written)], axis=1)
        return arrived, wanted

    return one_ahead(draw, len(order) // size)


def one_ahead(make: Callable[[int], _T], count: int) -> Iterator[_T]:
    """Yield make(0) .. make(count - 1), each made in another thread while the last one is used."""
    with ThreadPoolExecutor(1) as pool:
        coming = [pool.submit(make, 0)] if count else []
        for following in range(1, count + 1):
            ready = coming.pop().result()
            if following < count:
                coming.append(pool.submit(make, following))
            yield ready
