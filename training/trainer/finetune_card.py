"""The model card of a fine-tuned network: what it learned on top of the version before."""

from collections.abc import Mapping
from typing import Any

from trainer.calibrate import Calibration

_SETS = {
    "clean": "MNIST, validation writers",
    "spoiled": "the same, spoiled on purpose",
    "noisy": "the same, with heavy noise",
    "pen": "pen-written digits, validation writers",
    "no_digit": "letters, symbols, shapes: no digit",
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


def learned_from(manifest: Mapping[str, Any], metrics: Mapping[str, Any], minutes: float) -> str:
    """The sections on what it is, what it learned from and what that brought on validation."""
    training, name = manifest["training"], manifest["name"]
    told, chosen = training["feedback"], training["fine_tuning"]
    start, best = metrics["training"]["start"], _best(metrics)
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
{training["commit"][:10]}; shipped are the averaged weights
of epoch {training["best_epoch"]}, those with the least loss on validation. Licence: MIT.

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


def _best(metrics: Mapping[str, Any]) -> Mapping[str, Any]:
    training = metrics["training"]
    found: Mapping[str, Any] = training["epochs"][training["best_epoch"] - 1]
    return found
