"""The model cards of fine-tuned networks: what they learned on top of the version before."""

from collections.abc import Mapping
from typing import Any

from trainer.calibrate import Calibration
from trainer.line_calibrate import LineCalibration

_SETS = {
    "clean": "MNIST, validation writers",
    "spoiled": "the same, spoiled on purpose",
    "noisy": "the same, with heavy noise",
    "pen": "pen-written digits, validation writers",
    "no_digit": "letters, symbols, shapes: no digit",
    "cells": "photographed cells (validation), the network alone",
    "composed": "composed lines (validation writers), the network alone",
    "strings": "whole strings (validation writers), the network alone",
    "feedback": "corrections, accounts kept for validation",
}


def write_finetune_card(
    manifest: Mapping[str, Any],
    metrics: Mapping[str, Any],
    calibration: Calibration,
    minutes: float,
) -> str:
    """The card of a digit network as Markdown.

    Args:
        manifest: as in `manifest.json`.
        metrics: as in `metrics.json`.
        calibration: the numbers it is served with.
        minutes: that the training took.
    """
    name, version = manifest["name"], manifest["version"]
    return f"""# Model card: {name} {version}

Reads {metrics["accuracy"]:.2%} of MNIST's test digits right, {metrics["errors"]:,} of \
{metrics["n"]:,} wrong, and
{metrics["noise"]["accuracy"]:.2%} under heavy noise. Made from {name} \
{manifest["training"]["from"]} by fine-tuning on what people corrected.

{learned_from(manifest, metrics, minutes)}

## Calibration

The temperature is {manifest["calibration"]["temperature"]}. A reading has the status `read` from \
a confidence of
{calibration.read} on: {calibration.accepted:.1%} of the spoiled validation digits, \
{calibration.accepted_wrong:.2%} of them wrong. A chance of no
digit above {calibration.no_digit:.2%} makes it `not_a_digit`, which refuses \
{calibration.refused:.1%} of the validation
letters, symbols and shapes. All of these are fitted to the base validation; corrections have no
say in them.

{measured(manifest)}
"""


def write_line_finetune_card(
    manifest: Mapping[str, Any],
    metrics: Mapping[str, Any],
    calibration: LineCalibration,
    minutes: float,
) -> str:
    """The card of a line network; arguments as of `write_finetune_card`."""
    cells = metrics["cells"]["digits"]
    name, version = manifest["name"], manifest["version"]
    return f"""# Model card: {name} {version}

Reads {cells["accuracy"]:.1%} of photographed cells right to the last digit, {cells["errors"]} of \
{cells["n"]} wrong,
together with digit {metrics["models"]["digit"]}. Made from {name} \
{manifest["training"]["from"]} by fine-tuning on what people corrected.

{learned_from(manifest, metrics, minutes)}

## Calibration

The confidence of both networks together is fitted anew (`calibration.fusion` in the manifest): a
text is `read` from {calibration.read} on, which are {calibration.accepted:.1%} of \
{calibration.pictures:,} validation pictures, {calibration.accepted_wrong:.2%} of them
wrong. Corrections have no say in it. How much the digit network counts for glyphs on a larger page
(`apart_weight`) is kept.

## What is measured

Only the test part of the cells, once, for the figures above; for all test sets name the version in
`CURRENT.json` and run `python -m trainer evaluate --name {name}`. Before a version is served,
`python -m trainer gate` compares it with the one before, also on USPS and ARDIS: figures on these
two are no longer those of sets that nothing was decided by.
"""


def learned_from(manifest: Mapping[str, Any], metrics: Mapping[str, Any], minutes: float) -> str:
    """The sections on what it is, what it learned from and what that brought on validation."""
    training, name = manifest["training"], manifest["name"]
    told, chosen = training["feedback"], training["fine_tuning"]
    shares = metrics["training"]["shares"]
    start, best = shares[0], next(each for each in shares if each["share"] == training["share"])
    rows = "\n".join(
        f"| {_SETS.get(each, each)} | {after['n']:,} | "
        f"{start['validation'][each]['errors']:,} | {after['errors']:,} |"
        for each, after in best["validation"].items()
    )
    before = training["from"]
    return f"""## Model details

The network is that of {name} {before}, whose card tells its shape and what it was first trained
on. `python -m trainer finetune --name {name}` taught it further for {training["epochs"]} epochs in
{minutes:.1f} minutes from seed {training["seed"]}, by the code of commit \
{training["commit"][:10]}. Shipped are the weights at {training["share"]:.0%}
of the way from there to what it had learned: of those that read the base no worse, the ones that
read the accounts kept for validation best (Wortsman et al., "Robust fine-tuning of zero-shot
models", 2022). Licence: MIT.

## Training data

Set {told["set"]} of corrections, whose `manifest.json` has the sha256
`{told["manifest_sha256"]}`: people corrected these readings and agreed to their use. They are at
most {chosen["share"]:.0%} of what an epoch sees, each at most {chosen["most_repeats"]} times, and \
no account's more than
{chosen["account_share"]:.0%} of the base; the rest is a sample of the base data that {name} \
{before} was trained on.

| validation | items | wrong with {before} | wrong now |
| --- | --- | --- | --- |
{rows}"""


def measured(manifest: Mapping[str, Any]) -> str:
    """The section on what was measured, and by whom it was looked at before."""
    name, version = manifest["name"], manifest["version"]
    return f"""## What is measured

Only MNIST's test part, once, for the figures above; for all test sets run
`python -m trainer evaluate --name {name} --version {version}`. Before a version is served,
`python -m trainer gate` compares it with the one before, also on USPS and ARDIS: figures on these
two are no longer those of sets that nothing was decided by."""
