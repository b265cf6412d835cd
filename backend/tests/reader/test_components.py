"""What hangs together, small and large: the quick way on large pages tells what OpenCV tells."""

import cv2
import numpy as np
import pytest

from legible.reader.components import find_components, labels_at


@pytest.mark.parametrize("shape", [(40, 60), (700, 801)], ids=["small", "large"])
def test_components_are_opencvs_whatever_the_size_of_the_mask(shape: tuple[int, int]) -> None:
    mask = np.random.default_rng(3).random(shape) < 0.2
    mask[:, -1] = mask[-1] = True  # runs that end with a row, and one that is a row

    found = find_components(mask)

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    assert len(found.stats) == count > 100
    assert (found.labels == labels).all()
    assert (found.stats[1:] == stats[1:]).all()


@pytest.mark.parametrize("shape", [(40, 60), (700, 801)], ids=["small", "large"])
def test_nothing_hangs_together_when_a_mask_is_empty(shape: tuple[int, int]) -> None:
    found = find_components(np.zeros(shape, np.bool_))

    assert len(found.stats) == 1
    assert not found.labels.any()


@pytest.mark.parametrize("shape", [(40, 60), (700, 801)], ids=["small", "large"])
def test_labels_at_names_all_components_that_a_mask_lies_in(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(4)
    mask = rng.random(shape) < 0.2
    strong = mask & (rng.random(shape) < 0.05)
    labels = find_components(mask).labels

    assert set(labels_at(strong, labels).tolist()) == set(labels[strong].tolist())
