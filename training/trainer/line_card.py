"""The model card of a line network, written from its metrics."""

from typing import Any

from trainer.line_calibrate import LineCalibration
from trainer.line_pictures import LETTERS

_DRAWN = {
    "strings": "whole numbers by pen-tablet writers, three pens and papers each",
    "touching 0": "composed rows, no digits touch",
    "touching 2": "composed rows, two digits touch",
    "touching 3": "composed rows, three digits touch",
    "singles": "single digits",
}
_TITLES = {
    "cells": "photographed cells of clinic log books",
    **_DRAWN,
    "letters": "one to six letters, nothing to read (exact: nothing was read)",
    **{f"{kind}, poor": f"{title}; poor pictures" for kind, title in _DRAWN.items()},
}


def write_line_card(
    manifest: dict[str, Any],
    metrics: dict[str, Any],
    calibration: LineCalibration,
    parameters: int,
    cells_learned: int,
) -> str:
    """The card as Markdown, sections after Mitchell et al., "Model Cards" (2019).

    Args:
        manifest: of the network.
        metrics: `measure_lines`'s.
        calibration: the numbers it is served with.
        parameters: how many the network has.
        cells_learned: photographed cells of the training part.
    """
    cells = metrics["cells"]["digits"]
    training = manifest["training"]
    return f"""# Model card: line {manifest["version"]}

Reads {cells["accuracy"]:.1%} of photographed cells right to the last digit, {cells["errors"]} of \
{cells["n"]} wrong,
together with digit {metrics["models"]["digit"]}. Sections after Mitchell et al., "Model Cards for
Model Reporting" (2019).

## Model details

A fully convolutional network of {parameters:,} parameters that reads a run of handwritten symbols
without cutting it. It takes the ink of a run, 32 pixels high and of any width (float32, 0 paper ..
1 ink), as `legible.reader.line` draws it, and gives for every four pixels of width logits of the
ten digits, `.`, `,`, `-` and the blank of connectionist temporal classification (CTC).

`python -m trainer train --preset {training["preset"]}` trained it from seed {training["seed"]} in
{_epochs(training)}{_start(training["start"])}; shipped are the
averaged weights of the one with the lowest validation loss. Exported
{manifest["created_at"][:10]}. Licence: MIT.

## Intended use

Reading numbers that people write on paper or screens. Not meant for words or printed text, nor for
decisions about people without a person looking: ask somebody where the status says `review`.

## Training data

| source | what | licence |
| --- | --- | --- |
| cells of clinic log books (Meza OCR challenge) | {cells_learned:,} photographs | none stated |
| UNIPEN (doi 10.5281/zenodo.1195803) | digits, marks, numbers, letters: strokes | CC-BY-4.0 |
| UCI pendigits | digits as pen strokes | none stated |
| MNIST's training part | digits, writers QMNIST | MIT; BSD-style |

Numbers were composed of single digits, one writer a line: spaced, joined, on cells, combs, rulings
and squared paper, with neighbours cut off, in poor light, blurred, of few pixels, compressed.
Cells were also put together from the beginning of one and the end of another. No writer, and no
cell photographed twice, is on two sides. USPS and ARDIS were not used.

## Evaluation

From the bytes of a file to the text, both networks together. Digits alone (`symbols=digits`) and
with marks (`symbols=number`). `read`: the status that asks for no person. Wilson's 95% intervals.

Drawn rows come in everyday pictures (34 px high or more, pen) and in poor ones, as line 1.0.0 was
measured with: down to 24 px, faint pencil, strong blur, noise and JPEG, some of which nobody reads.

{_table(metrics)}

A text is `read` from a confidence of {calibration.read} on: of {calibration.pictures:,} validation
pictures {calibration.accepted:.1%} were, {calibration.accepted_wrong:.2%} of them wrong. Confidence
is a logistic regression on what both networks say of a run (`calibration.fusion` in the manifest).

All was made with seed {metrics["seed"]} by `python -m trainer evaluate --name line`. `metrics.json`
lists every mistake with its place in the set, the surest first: among those of the cells are wrong
labels (about 2% of all, says the set's own description), which were left as they are.

## Caveats and recommendations

Numbers are read as written from left to right; words beside them are not told from them in every
case. Marks that are hardly more than a speck are missed or made up: 6% of the cells can be read two
ways. Commas and points are the commonest quarrel.
"""


def _epochs(training: dict[str, Any]) -> str:
    done, planned = training["epochs"], training["planned_epochs"]
    if done == planned:
        return f"{done} epochs"
    return f"{done} epochs of {planned}, after which the run was stopped,"


def _start(version: str | None) -> str:
    if version is None:
        return ""
    return f" from the weights of line {version}, and mixed with them"


def _table(metrics: dict[str, Any]) -> str:
    rows = [
        "| pictures | n | exact | 95% interval | characters wrong | `read` | wrong among `read` |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for kind, title in _TITLES.items():
        for symbols, told in metrics[kind].items():
            low, high = told["wilson95"]
            name = title if symbols == "digits" else f"{title}, with marks"
            # Of letters there is nothing to read, so nothing to count.
            edits = "" if kind == LETTERS else f"{told['character_error_rate']:.2%}"
            rows.append(
                f"| {name} | {told['n']:,} | {told['accuracy']:.1%} | {low:.1%} to {high:.1%} "
                f"| {edits} | {told['coverage']:.1%} | {told['wrong_among_read']:.2%} |"
            )
    return "\n".join(rows)
