import re
from pathlib import Path

from trainer.data import load_mnist
from trainer.evaluate import measure
from trainer.export import export
from trainer.report import write_report


def test_the_report_holds_every_table_and_plot(run: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    export(run, "1.0.0", models, serve=True)

    metrics = measure(models, load_mnist("test"))
    write_report(tmp_path / "report.html", "1.0.0", metrics)

    page = (tmp_path / "report.html").read_text("utf-8")
    assert len(re.findall(r'<img src="data:image/png;base64,[\w+/=]{1000,}"', page)) == 5
    for word in ("glass_blur", "Wrong", "test writers", "scribbles", "claims 22 px", "macro"):
        assert word in page
    assert "http" not in page
    assert "nan" not in re.sub(r'src="[^"]*"', "", page)
