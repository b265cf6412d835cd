import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from trainer.data import load_mnist
from trainer.plots import PLOTS
from trainer.report import write_report


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def metrics(exported_run: Path, tiny_mnist: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (exported_run / "models" / "digit" / "1.0.0" / "metrics.json").read_text("utf-8")
    )
    return found


def test_the_report_holds_every_table_plot_and_mistake(
    metrics: dict[str, Any], tmp_path: Path
) -> None:
    write_report(tmp_path / "report", metrics, load_mnist("test").images)

    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    pictures = [attributes for tag, attributes in Tags(page).found if tag == "img"]
    plots = [each for each in pictures if str(each["src"]).startswith("data:image/svg+xml")]
    assert len(plots) == len(PLOTS)
    shown = min(24, len(metrics["refused_digits"]))
    assert len(pictures) == len(plots) + len(metrics["mistakes"]) + shown
    assert all(len(str(each["alt"])) > 10 for each in pictures)
    for each in metrics["mistakes"]:
        assert f"#{each['index']}: {each['written']} read as {each['read']}, " in page
    for word in ("glass blur", "UNIPEN", "scribbles", "claims 22 x 22", "macro", "python -m"):
        assert word in page
    assert "nan" not in re.sub(r'src="[^"]*"', "", page)


def test_the_page_needs_no_other_file(metrics: dict[str, Any], tmp_path: Path) -> None:
    write_report(tmp_path / "report", metrics, load_mnist("test").images)

    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    links = [
        value
        for _, attributes in Tags(page).found
        for name, value in attributes.items()
        if name in {"src", "href"}
    ]
    assert links
    assert all(str(link).startswith("data:") for link in links)


def test_every_plot_lies_beside_the_page_as_svg_and_png(
    metrics: dict[str, Any], tmp_path: Path
) -> None:
    write_report(tmp_path / "report", metrics)

    folder = tmp_path / "report" / "plots"
    assert {path.name for path in folder.iterdir()} == {
        f"{name}.{kind}" for name in PLOTS for kind in ("svg", "png")
    }
    for path in folder.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")
    for path in folder.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
    assert json.loads((tmp_path / "report" / "metrics.json").read_text()) == metrics


def test_a_report_without_pictures_names_the_mistakes(
    metrics: dict[str, Any], tmp_path: Path
) -> None:
    write_report(tmp_path / "report", metrics)

    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    assert "data:image/png" not in page
    assert f"#{metrics['mistakes'][0]['index']}: " in page


def test_no_share_of_refusals_is_told_without_what_it_leaves_out(
    metrics: dict[str, Any], exported_run: Path, tmp_path: Path
) -> None:
    write_report(tmp_path / "report", metrics, load_mnist("test").images)

    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    card = (exported_run / "models" / "digit" / "1.0.0" / "CARD.md").read_text("utf-8")
    for told in (page, card.replace("\n", " ")):
        for word in ("23 of 52 letters", "16 of 32 symbols", "with another seed",
                     "letters written like digits", "worth asking a person",
                     "keep 99.5%", "1% of pictures", "assum"):  # fmt: skip
            assert word in told
    figures = metrics["headline"]
    for name in ("letters_symbols_scribbles_refused", "letters_refused", "scribbles_refused"):
        assert "23 of 52 letters" in figures[name]["note"]
    assert "note" not in figures["lookalike_letters_refused"]


def test_a_network_that_cannot_refuse_gets_no_plot_of_it(
    metrics: dict[str, Any], tmp_path: Path
) -> None:
    write_report(tmp_path / "report", {**metrics, "refusal": None})

    assert "names a digit for everything" in (tmp_path / "report" / "report.html").read_text()
    assert not (tmp_path / "report" / "plots" / "refusal.svg").exists()


def test_every_headline_figure_has_its_command(metrics: dict[str, Any]) -> None:
    figures = metrics["headline"]

    assert figures["mnist_test_errors"]["value"] == metrics["errors"]
    assert figures["mnist_test_digits_kept"]["of"] == metrics["n"]
    assert {"letters_refused", "symbols_refused", "scribbles_refused"} <= set(figures)
    assert all(each["made_by"].startswith("python -m trainer ") for each in figures.values())
