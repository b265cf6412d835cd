"""The model card: what a network is, for whom, how good, and where it fails."""

from typing import Any

_TEMPLATE = """\
# Model card: {name} {version}

Sections after Mitchell et al., "Model Cards for Model Reporting" (2019).

## Model details
A convolutional network of {parameters:,} parameters that reads one handwritten digit. Input: a
picture (28, 28, 1), float32, 0 paper .. 1 ink, drawn by `legible.reader.normalise`. Output: ten
logits; divided by the temperature {temperature} and put through a softmax they are calibrated
probabilities. Trained by `python -m trainer train --preset {preset}` (seed {seed}, {epochs} epochs,
{minutes:.0f} minutes on two shared processor cores); shipped are the averaged weights of epoch
{best_epoch}, the best on validation. Exported {created_at}. Licence: MIT.

## Intended use
Reading digits that people write on paper or screens, cut out and normalised by Legible. Not meant
for letters or printed text, nor for decisions about people without a person looking: ask somebody
where the status says `review`.

## Factors
Handwriting differs between countries, schools and ages: a 1 with a long upstroke, a 7 with a bar,
an open 4. Pen width, slant and light are evened out before the network, and varied in training.

## Metrics
Share of digits read right, with the Wilson 95% interval; expected calibration error (15 bins).

## Evaluation data
MNIST's test part ({n:,} digits of writers that are not in the training part), as it is and with
Gaussian noise. The standard of comparison for this task; cleaner than photographs. Measured
through the ONNX file and the code that serves it. Nothing was chosen by these results.

## Training data
MNIST's training part only, {training_digits:,} digits, with {validation_digits:,} more of other
writers for validation (writers from QMNIST). Rotated, sheared, scaled, bent, thickened, thinned,
blurred, made coarse, faded and noised at random. Licences: MNIST images, rebuilt at
rasbt/mnist-pngs, MIT; writers, facebookresearch/qmnist, BSD-style.

## Quantitative analyses
| MNIST test | right | wrong | share | 95% interval |
|---|---|---|---|---|
| as it is | {right:,} | {errors} | {accuracy:.2%} | {interval} |
| noise, sigma {sigma} | {noise_right:,} | {noise_errors} | {noise_accuracy:.2%} | {noise95} |

Expected calibration error {ece:.4f}. Validation writers: {validation_errors} of
{validation_digits:,} wrong. Status `read` from confidence {read} on: {accepted:.1%} of the spoiled
validation digits, {accepted_wrong:.2%} of those wrong. Below {unreadable}: `unreadable`.
Latency: ADR 0001.

## Ethical considerations
MNIST's writers were staff of the US Census Bureau and American high-school students. Hands of other
places and ages are read less well; how much less was not measured here.

## Caveats and recommendations
It names a digit for whatever it is shown, letters, scribbles and blank paper too, sometimes with
confidence. About fifteen labels of MNIST's test part are known to be wrong.
"""


def write_card(manifest: dict[str, Any], metrics: dict[str, Any], run: dict[str, Any]) -> str:
    """The card as Markdown.

    Args:
        manifest: as in `manifest.json`.
        metrics: as in `metrics.json`.
        run: `parameters`, `minutes`, `training_digits`, `validation_digits`,
            `validation_errors`, `accepted`, `accepted_wrong`.
    """
    noise = metrics["noise"]
    return _TEMPLATE.format(
        **run,
        name=manifest["name"],
        version=manifest["version"],
        created_at=manifest["created_at"][:10],
        temperature=manifest["calibration"]["temperature"],
        **manifest["thresholds"],
        **{key: manifest["training"][key] for key in ("preset", "seed", "epochs", "best_epoch")},
        **{key: metrics[key] for key in ("n", "errors", "accuracy", "ece")},
        right=metrics["n"] - metrics["errors"],
        interval=_interval(metrics),
        sigma=noise["sigma"],
        noise_right=metrics["n"] - noise["errors"],
        noise_errors=noise["errors"],
        noise_accuracy=noise["accuracy"],
        noise95=_interval(noise),
    )


def _interval(score: dict[str, Any]) -> str:
    low, high = score["wilson95"]
    return f"{low:.2%} .. {high:.2%}"
