"""The model card: what a network is, for whom, how good, and where it fails."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from trainer.calibrate import KEPT_DIGITS, NO_DIGIT_SHARE, Calibration
from trainer.nodigit import LEFT_OUT, LOOKALIKE_LETTERS, LOOKALIKE_SYMBOLS
from trainer.outside import TITLES
from trainer.refusal_report import REFUSED_MEANS
from trainer.report import field_in_words
from trainer.risk import round_up
from trainer.sources import Sources

_WIDTH = 100


def write_card(manifest: Mapping[str, Any], metrics: Mapping[str, Any], run: Any) -> str:
    """The card as Markdown, without pictures: those of data sets are not published.

    Args:
        manifest: as in `manifest.json`.
        metrics: as in `metrics.json`.
        run: `minutes`, `training` and `validation` (`Sources`), `calibration` (`Calibration`),
            `validation_errors`.

    Source: sections after Mitchell et al., "Model Cards for Model Reporting" (2019).
    """
    blocks = [
        f"# Model card: {manifest['name']} {manifest['version']}",
        f"Reads {metrics['accuracy']:.2%} of MNIST's test digits right, {metrics['errors']:,} of "
        f"{metrics['n']:,} wrong, and {metrics['noise']['accuracy']:.2%} under heavy noise. "
        'Sections after Mitchell et al., "Model Cards for Model Reporting" (2019).',
        *_details(manifest, metrics, run),
        *_use(manifest),
        *_data(metrics, run),
        *_analyses(manifest, metrics, run),
        *_mistakes(metrics),
        *_caveats(metrics),
    ]
    return "\n\n".join(_wrapped(block) for block in blocks if block) + "\n"


def _details(manifest: Mapping[str, Any], metrics: Mapping[str, Any], run: Any) -> list[str]:
    training = manifest["training"]
    learned = [
        f"`python -m trainer train --preset {training['preset']}` trained it from seed "
        f"{training['seed']} in {run['minutes']:.0f} minutes and {training['epochs']} epochs; "
        f"shipped are the averaged weights of epoch {training['best_epoch']}, those with the "
        "least loss on validation writers."
    ]
    if training["teacher"]:
        learned.append(
            f"Beside the labels it learned from the answers of a larger network, teacher "
            f"{training['teacher']}, which has a card of its own."
        )
    latency = metrics.get("latency")
    if latency:
        learned.append(
            f"Reading one digit takes {latency['ratio']:.2f} times as long as with digit "
            f"{latency['against']}, both timed in turns in one run on one thread."
        )
    return [
        "## Model details",
        f"A convolutional network of {metrics['parameters']:,} parameters that reads one "
        "handwritten digit, or says that there is none. It takes a picture of 28 x 28 pixels "
        "(float32, 0 paper .. 1 ink) as `legible.reader.normalise` draws it, and gives eleven "
        "logits: the digits 0 to 9, and no digit. Divided by the temperature "
        f"{manifest['calibration']['temperature']} and put through a softmax they are calibrated "
        f"probabilities. It is assumed, not measured, that {NO_DIGIT_SHARE:.0%} of pictures show "
        "no digit, fewer than in training: its log-odds are moved by "
        f"{manifest['calibration']['no_digit_shift']:.2f}.",
        " ".join(learned),
        field_in_words(metrics["field"]),
        f"Trained by the code of commit {_short(training['commit'])}, exported "
        f"{manifest['created_at'][:10]} by that of {_short(training['exported_by'])}. "
        "Licence: MIT.",
    ]


def _short(commit: str) -> str:
    """Ten letters of a commit, and whether files differed from it."""
    name, dash, state = commit.partition("-")
    return name[:10] + dash + state


def _use(manifest: Mapping[str, Any]) -> list[str]:
    intended = (
        "Reading digits that people write on paper or screens, cut out and normalised by Legible. "
        "Not meant for letters or printed text, nor for decisions about people without a person "
        "looking: ask somebody where the status says `review`."
    )
    if manifest["name"] != "digit":
        intended = (
            "Teaching smaller networks, which learn from its answers. It is never served: it "
            "takes several times as long. " + intended
        )
    return [
        "## Intended use",
        intended,
        "## Factors",
        "Handwriting differs between countries, schools and ages: a 1 with a long upstroke, a 7 "
        "with a bar, an open 4. Size, place and very thin or thick strokes are evened out before "
        "the network; slant, shape, light and dirt are not, and are varied in training instead.",
        "## Metrics",
        "Share of digits read right, with Wilson's 95% interval. Expected calibration error (ECE, "
        "15 bins): the mean gap between the confidence that is served and the share that is "
        f"right. {REFUSED_MEANS}",
    ]


def _data(metrics: Mapping[str, Any], run: Any) -> list[str]:
    training: Sources = run["training"]
    validation: Sources = run["validation"]
    sources = (
        ("MNIST's training part (LeCun, Cortes & Burges; sha256 of the files in `manifest.json`), "
         "writers by QMNIST", training.mnist, validation.mnist,
         "depends on the copy, MIT for rasbt/mnist-pngs; BSD-style"),
        ("drawings of pen-written digits (UNIPEN, doi 10.5281/zenodo.1195803; UCI pendigits)",
         training.pen, validation.pen, "CC-BY-4.0; none stated"),
        ("no digit: letters and symbols (UNIPEN); scribbles, shapes and blanks made by chance",
         training.no_digit, validation.no_digit, "CC-BY-4.0; none needed"),
    )  # fmt: skip
    return [
        "## Evaluation data",
        f"MNIST's test part ({metrics['n']:,} digits by writers who are not in the training part): "
        "as it is, with noise, and corrupted as in MNIST-C. Sets that are used for nothing but "
        "tests: digits from USPS and ARDIS (their training parts), HWD-1000, drawings and pictures "
        "of real people, and the pen strokes of writers kept apart. All was measured through the "
        "ONNX file and the code that serves it. No weight and no threshold was chosen by these "
        "results.",
        "## Training data",
        _table(
            ("source", "training", "validation", "licence"),
            [
                (source, f"{len(seen):,}", f"{len(kept):,}", terms)
                for source, seen, kept, terms in sources
            ],
        ),
        f"No writer is on two sides. {len(LOOKALIKE_LETTERS)} of 52 letters and "
        f"{len(LOOKALIKE_SYMBOLS)} of 32 symbols, those written exactly like a digit (O, l, S, "
        "...), are left out. Every picture is varied anew each time: turned, sheared, scaled, "
        "bent, thickened, thinned, blurred, made coarse, faded, crossed out, compressed or noised.",
    ]  # fmt: skip


def _analyses(manifest: Mapping[str, Any], metrics: Mapping[str, Any], run: Any) -> list[str]:
    noise, salt = metrics["noise"], metrics["stress"]["salt_and_pepper"]["0.5"]
    certified = metrics["risk_coverage"]["certified"]
    validation = len(run["validation"].mnist)
    told = [
        f"{run['validation_errors']} of {validation:,} digits of the validation writers were "
        "misread."
    ]
    if certified["threshold"] is not None:
        told.append(
            f"Of MNIST's test digits the surest {certified['coverage']:.1%}, those with a "
            f"confidence of {round_up(certified['threshold'])} and up, are certified to be "
            f"{certified['accuracy']:.1%} right, with {certified['sure']:.0%} confidence and for "
            "digits like these."
        )
    return [
        "## Quantitative analyses",
        _table(
            ("MNIST test", "right", "wrong", "share", "95% interval", "ECE", "refused"),
            [
                ("as it is", *_score(metrics)),
                (f"Gaussian noise, sigma {noise['sigma']}", *_score(noise)),
                ("salt and pepper on half the pixels", *_score(salt)),
            ],
        ),
        " ".join(told),
        *_thresholds(manifest, metrics, run["calibration"]),
        *_outside(metrics["outside"]),
        "Every figure of this card is in `metrics.json`, the most important under `headline` with "
        "the command that makes it again.",
    ]


def _thresholds(
    manifest: Mapping[str, Any], metrics: Mapping[str, Any], chosen: Calibration
) -> list[str]:
    thresholds = manifest["thresholds"]
    told = [
        f"A reading has the status `read` from a confidence of {thresholds['read']} on; that is "
        f"{chosen.accepted:.1%} of the validation digits after they were spoiled on purpose, "
        f"{chosen.accepted_wrong:.2%} of them wrong. Below {thresholds['unreadable']} it is "
        "`unreadable`."
    ]
    refusal = metrics["refusal"]
    if refusal is not None:
        shipped = refusal["shipped"]
        told.append(
            f"A chance of no digit above {thresholds['no_digit']:.2%} makes it `not_a_digit`: "
            f"chosen to keep {KEPT_DIGITS:.1%} of the validation digits, which refuses "
            f"{chosen.refused:.1%} of the validation letters, symbols and shapes. Of MNIST's test "
            f"digits it keeps {shipped['kept']:,} of {shipped['n']:,}."
        )
        if shipped["pooled"]["n"]:
            told.append(
                f"It refuses {shipped['pooled']['refused']:.1%} of the "
                f"{shipped['pooled']['n']:,} letters, symbols and scribbles kept as tests, the "
                "hardest left out (see below the table)."
            )
    return [" ".join(told)]


def _outside(outside: Mapping[str, Any]) -> list[str]:
    told = []
    if outside["digits"]:
        rows = [(TITLES.get(name, name), *_score(each)) for name, each in outside["digits"].items()]
        heads = ("digits from elsewhere", "right", "wrong", "share", "95% interval", "ECE")
        told.append(_table((*heads, "refused"), rows))
    kinds = [
        (TITLES.get(name, name), f"{each['n']:,}", f"{each['refused']:.1%}")
        for name, each in outside["no_digit"].items()
        if each["n"]
    ]
    told += [_table(("no digit", "pictures", "refused"), kinds), LEFT_OUT]
    if "non_digits" in outside:
        letters = outside["non_digits"]
        told.append(
            f"Of {letters['n']} Greek letters that people wrote, some of them like digits, "
            f"{letters['called_no_digit']} were refused and {letters['read_as_digits']} were read "
            "as digits without a doubt."
        )
    return told


def _mistakes(metrics: Mapping[str, Any]) -> list[str]:
    rows = [
        (f"{each['index']}", f"{each['written']}", f"{each['read']}", f"{each['confidence']:.0%}",
         f"{each['second']} ({each['second_confidence']:.0%})")
        for each in metrics["mistakes"]
    ]  # fmt: skip
    network = f"--name {metrics['name']} --version {metrics['version']}"
    return [
        "## Every test error",
        f"All {len(rows):,} misread digits of MNIST's test part, counted from 0, the most "
        "confident mistake first. Their pictures belong to the data set and are not published "
        "here; whoever has it draws them into `report.html` with",
        f"    python -m trainer evaluate {network} --report training/runs/report",
        _table(("index", "written", "read", "confidence", "second best"), rows),
    ]


def _caveats(metrics: Mapping[str, Any]) -> list[str]:
    corruptions = metrics["stress"]["corruptions"]
    worst = sorted(corruptions, key=lambda name: corruptions[name]["accuracy"])[:3]
    named = ", ".join(
        f"{name.replace('_', ' ')} ({corruptions[name]['accuracy']:.1%} right)" for name in worst
    )
    return [
        "## Ethical considerations",
        "MNIST's writers were staff of the US Census Bureau and American high-school students; "
        "who the pen writers were is little documented. Hands of other places and ages may be "
        "read less well.",
        "## Caveats and recommendations",
        "What is written like a digit is read as one: a lone O, l or S. About fifteen labels of "
        "MNIST's test part are known to be wrong. The corruptions of MNIST-C it stands least: "
        f"{named}.",
    ]


def _score(score: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = score["wilson95"]
    return (
        f"{score['n'] - score['errors']:,}",
        f"{score['errors']:,}",
        f"{score['accuracy']:.2%}",
        f"{low:.2%} to {high:.2%}",
        f"{score['ece']:.4f}",
        f"{score['refused']:.2%}",
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _wrapped(block: str) -> str:
    if block.startswith(("#", "|", "    ")):
        return block
    return textwrap.fill(block, _WIDTH, break_long_words=False, break_on_hyphens=False)
