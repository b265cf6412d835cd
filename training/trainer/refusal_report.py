"""The part of a report on saying that there is no digit, and what a reader has to know of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trainer.calibrate import KEPT_DIGITS, NO_DIGIT_SHARE
from trainer.data import Images
from trainer.nodigit import LEFT_OUT
from trainer.outside import TITLES
from trainer.page import gallery, paragraph, plot, section, table
from trainer.plots import draw_plot
from trainer.stress_report import percent

# The surest of the refused digits: enough to see what goes wrong.
_WORST_REFUSED = 24
# Without it "refused, 2%" reads absurdly.
REFUSED_MEANS = (
    "Refused means worth asking a person, not held to be no digit: the threshold is set to keep "
    f"{KEPT_DIGITS:.1%} of the validation digits. It is a small chance, since the chances start "
    f"from {NO_DIGIT_SHARE:.0%} of pictures being no digit (an assumption, not a measurement): "
    "whatever looks a little less like a digit than most is above it."
)


def refusal_section(metrics: Mapping[str, Any], folder: Path, images: Images | None) -> str:
    """What is refused, of digits and of what is none, and the digits refused most surely."""
    title = "Saying that there may be no digit"
    if not metrics.get("refusal"):
        return section(title, paragraph("This network cannot: it names a digit for everything."))
    rows = [
        (TITLES.get(name, name), f"{each['n']:,}", percent(each["refused"]))
        for name, each in metrics["outside"]["no_digit"].items()
    ]
    return section(
        title,
        paragraph(_in_words(metrics["refusal"]["shipped"])),
        paragraph(REFUSED_MEANS),
        table(("what is no digit", "pictures", "refused"), rows),
        paragraph(LEFT_OUT),
        *_letters_of_people(metrics["outside"].get("non_digits")),
        plot(
            draw_plot("refusal", metrics, folder / "plots"),
            "Letters, symbols and scribbles refused against digits kept, for every threshold.",
            "Each threshold is a point on every curve: further right more digits are kept, further "
            "up more of the rest is refused. Only the threshold at the full line is served. "
            "Letters and symbols that are written exactly like digits are in no curve.",
        ),
        *_refused_digits(metrics["refused_digits"], images),
    )


def _in_words(shipped: Mapping[str, Any]) -> str:
    told = (
        "A picture is refused when the chance that it shows no digit is above "
        f"{shipped['threshold']:.2%}. Of MNIST's test digits this keeps {shipped['kept']:,} of "
        f"{shipped['n']:,} ({shipped['kept_share']:.2%})."
    )
    pooled = shipped["pooled"]
    if pooled["n"]:
        told += (
            f" It refuses {pooled['refused']:.1%} of {pooled['n']:,} letters, symbols and "
            "scribbles, the hardest left out (see below the table)."
        )
    return told


def _letters_of_people(others: Mapping[str, Any] | None) -> list[str]:
    if others is None:
        return []
    return [
        paragraph(
            f"Of {others['n']} Greek letters that people wrote, {others['called_no_digit']} were "
            f"refused and {others['read_as_digits']} were read as digits without a doubt: theta, "
            "sigma and delta are written like 0, 6 and 8."
        )
    ]


def _refused_digits(refused: list[dict[str, Any]], images: Images | None) -> list[str]:
    worst = refused[:_WORST_REFUSED]
    if images is None or not worst:
        return []
    captions = [
        f"#{each['index']}: {each['written']}, {each['no_digit']:.1%} no digit" for each in worst
    ]
    return [
        paragraph(
            f"{len(refused)} of MNIST's test digits were refused; the {len(worst)} that were most "
            "likely held to be no digit, with that chance:"
        ),
        gallery(images[[each["index"] for each in worst]], captions),
    ]
