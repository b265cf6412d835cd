"""The model card: what a network is, for whom, how good, and where it fails."""

from typing import Any

from trainer.calibrate import Calibration
from trainer.sources import Sources

_TEMPLATE = """\
# Model card: {name} {version}

Sections after Mitchell et al., "Model Cards for Model Reporting" (2019).

## Model details
A convolutional network of {parameters:,} parameters that reads one handwritten digit, or says that
there is none. Input: a picture (28, 28, 1), float32, 0 paper .. 1 ink, drawn by
`legible.reader.normalise`. Output: eleven logits, of the digits 0 to 9 and of no digit; divided by
the temperature {temperature} and put through a softmax they are calibrated probabilities. Trained
by `python -m trainer train --preset {preset}` (seed {seed}, {epochs} epochs, {minutes:.0f} minutes
on two shared processor cores, {start}); shipped are the averaged weights of epoch
{best_epoch}, those with the least loss on validation. Exported {created_at}. Licence: MIT.

## Intended use
Reading digits that people write on paper or screens, cut out and normalised by Legible. Not meant
for letters or printed text, nor for decisions about people without a person looking: ask somebody
where the status says `review`.

## Factors
Handwriting differs between countries, schools and ages: a 1 with a long upstroke, a 7 with a bar,
an open 4. Pen width, slant and light are evened out before the network, and varied in training.

## Metrics
Share of digits read right, with the Wilson 95% interval; expected calibration error (ECE, 15 bins)
of the confidence that is served; share called no digit ("refused").

## Evaluation data
MNIST's test part ({n:,} digits of writers that are not in the training part), as it is, with noise
and corrupted as in MNIST-C; sets that training never saw in any form (USPS and ARDIS training
parts, hwd1000, drawn digits, pictures of real people) and the pen strokes of writers kept as tests.
Measured through the ONNX file and the code that serves it. Nothing was chosen by these results.

## Training data
| source | training | validation | licence |
|---|---|---|---|
| MNIST's training part (images rasbt/mnist-pngs; writers QMNIST) | {mnist:,} | {mnist_kept:,} | \
MIT; BSD-style |
| drawings of pen-written digits (UNIPEN, doi 10.5281/zenodo.1195803; UCI pendigits) | {pen:,} | \
{pen_kept:,} | CC-BY-4.0; none stated |
| no digit: letters and symbols (UNIPEN), scribbles, shapes and blanks made by chance | {none:,} | \
{none_kept:,} | CC-BY-4.0 |

No writer is on two sides. Letters and symbols written exactly like a digit (O, l, S, ...) are left
out. Rotated, sheared, scaled, bent, thickened, thinned, blurred, made coarse, faded, crossed out,
compressed and noised at random.

## Quantitative analyses
| MNIST test | right | wrong | share | 95% interval |
|---|---|---|---|---|
| as it is | {right:,} | {errors} | {accuracy:.2%} | {interval} |
| noise, sigma {sigma} | {noise_right:,} | {noise_errors} | {noise_accuracy:.2%} | {noise95} |

ECE {ece:.4f}; {refused:.2%} refused. Validation writers: {validation_errors} of {mnist_kept:,}
wrong. Status `read` from confidence {read} on: {accepted:.1%} of the spoiled validation digits,
{accepted_wrong:.2%} of those wrong. Below {unreadable}: `unreadable`. Above {no_digit} for no
digit: `not_a_digit`, which keeps 99.5% of the validation digits and refuses {others_refused:.1%}
of the validation letters, symbols and shapes. Latency: ADR 0001; the shape is that of 1.0.0.

{outside}
## Ethical considerations
MNIST's writers were staff of the US Census Bureau and American high-school students; who
the pen writers were is little documented. Hands of other places and ages may be read less well.

## Caveats and recommendations
What is written like a digit is read as one: a lone O, l or S. About fifteen labels of MNIST's test
part are known to be wrong. Digits turned by 25 degrees or more, or far off centre without the
normaliser, are read much worse: the corruptions in metrics.json say how much.
"""


def write_card(manifest: dict[str, Any], metrics: dict[str, Any], run: dict[str, Any]) -> str:
    """The card as Markdown.

    Args:
        manifest: as in `manifest.json`.
        metrics: as in `metrics.json`.
        run: `parameters`, `minutes`, `training` and `validation` (`Sources`), `calibration`
            (`Calibration`), `validation_errors`.
    """
    noise = metrics["noise"]
    training: Sources = run["training"]
    validation: Sources = run["validation"]
    calibration: Calibration = run["calibration"]
    start = manifest["training"]["start"]
    return _TEMPLATE.format(
        **{key: run[key] for key in ("parameters", "minutes", "validation_errors")},
        start="from chance" if start is None else f"from the weights of {start}",
        accepted=calibration.accepted,
        accepted_wrong=calibration.accepted_wrong,
        others_refused=calibration.refused,
        mnist=len(training.mnist),
        mnist_kept=len(validation.mnist),
        pen=len(training.pen),
        pen_kept=len(validation.pen),
        none=len(training.no_digit),
        none_kept=len(validation.no_digit),
        name=manifest["name"],
        version=manifest["version"],
        created_at=manifest["created_at"][:10],
        temperature=manifest["calibration"]["temperature"],
        **manifest["thresholds"],
        **{key: manifest["training"][key] for key in ("preset", "seed", "epochs", "best_epoch")},
        **{key: metrics[key] for key in ("n", "errors", "accuracy", "ece", "refused")},
        right=metrics["n"] - metrics["errors"],
        interval=_interval(metrics),
        sigma=noise["sigma"],
        noise_right=metrics["n"] - noise["errors"],
        noise_errors=noise["errors"],
        noise_accuracy=noise["accuracy"],
        noise95=_interval(noise),
        outside=_outside(metrics["outside"]),
    )


def _outside(outside: dict[str, Any]) -> str:
    digits = [
        f"| {name} | {each['n']:,} | {each['errors']:,} | {each['accuracy']:.2%} | "
        f"{_interval(each)} | {each['ece']:.4f} | {each['refused']:.2%} |\n"
        for name, each in outside["digits"].items()
    ]
    others = [
        f"| {name} | {each['n']:,} | {each['refused']:.1%} |\n"
        for name, each in outside["no_digit"].items()
        if each["n"]
    ]
    told = "| no digit | n | refused |\n|---|---|---|\n" + "".join(others)
    if digits:
        head = "| digits never seen | n | wrong | share | 95% interval | ECE | refused |\n"
        told = head + "|---|---|---|---|---|---|---|\n" + "".join(digits) + "\n" + told
    if "non_digits" in outside:
        letters = outside["non_digits"]
        told += (
            f"\nOf {letters['n']} Greek letters that people wrote, some like digits, "
            f"{letters['called_no_digit']} were called no digit\nand "
            f"{letters['read_as_digits']} read as digits without a doubt.\n"
        )
    return told


def _interval(score: dict[str, Any]) -> str:
    low, high = score["wilson95"]
    return f"{low:.2%} .. {high:.2%}"
