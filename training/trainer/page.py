"""Pieces of a page that needs no other file: frame, tables, plots and pictures of digits."""

import base64
import html
from collections.abc import Sequence

import cv2
import numpy as np

from trainer.data import Images

# A phone is the narrowest reader; tables scroll on their own, so that the page never does.
_STYLE = """
:root{color-scheme:light dark;--ink:#1f2933;--soft:#52606d;--rule:#d5dae2;--paper:#fff;
--card:#f5f7fa}
@media(prefers-color-scheme:dark){:root{--ink:#e5e9f0;--soft:#a3b1c2;--rule:#3a4452;--paper:#151a21;
--card:#1e252e}}
*{box-sizing:border-box}
body{font:1rem/1.6 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:46rem;
margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.2}h2{font-size:1.3rem;line-height:1.3;margin:3rem 0 .5rem}
p{margin:.6rem 0}code{font-size:.875em;overflow-wrap:anywhere}
a{color:inherit}figure{margin:1.25rem 0}figcaption,.note{color:var(--soft);font-size:.9375rem}
figure>img{display:block;width:100%;max-width:31rem;height:auto}
.wide{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-size:.9375rem;
font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th{font-weight:600;vertical-align:bottom}th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal}
.named td:first-child{min-width:10rem}
.digits{display:grid;grid-template-columns:repeat(auto-fill,minmax(7rem,1fr));gap:.75rem}
.digits figure{margin:0;background:var(--card);border-radius:.5rem;padding:.5rem}
.digits img{width:100%;max-width:7rem;border-radius:.25rem;display:block;margin:0 auto .35rem}
.digits figcaption{font-size:.8125rem;line-height:1.35}
"""
# Pictures of digits are enlarged this much, smoothly: at their own size nobody can judge them.
_ENLARGED = 5
# Letters of a name that a column needs no room of its own for.
_SHORT = 14


def page(title: str, body: str) -> str:
    """A whole HTML document; `title` is plain text, `body` HTML."""
    told = html.escape(title)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{told}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{told}</h1>\n{body}\n</main></body></html>\n"
    )


def section(title: str, *parts: str) -> str:
    """A heading (plain text) and what follows it (HTML)."""
    return f"<section><h2>{html.escape(title)}</h2>\n" + "\n".join(parts) + "</section>"


def paragraph(text: str, *, note: bool = False) -> str:
    """One paragraph of plain text; a note is set smaller."""
    return f"<p{' class=note' if note else ''}>{html.escape(text)}</p>"


def code(command: str) -> str:
    """A command on a line of its own."""
    return f"<p><code>{html.escape(command)}</code></p>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of plain text; the first column names what the figures behind it are of."""
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in heads)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    shown = f"<thead><tr>{head}</tr></thead>" if any(heads) else ""
    named = any(len(row[0]) > _SHORT for row in rows)
    kind = ' class="named"' if named else ""
    return f'<div class="wide" tabindex="0"><table{kind}>{shown}<tbody>{body}</tbody></table></div>'


def plot(svg: str, alt: str, caption: str) -> str:
    """A plot as an SVG document inside the page, with what it shows in words."""
    data = base64.b64encode(svg.encode()).decode()
    return (
        f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{html.escape(alt)}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )


def gallery(images: Images, captions: Sequence[str]) -> str:
    """Pictures of digits (N, 28, 28, 1), enlarged, dark ink on white, each with its caption."""
    figures = []
    for image, caption in zip(images, captions, strict=True):
        large = cv2.resize(image[..., 0], None, fx=_ENLARGED, fy=_ENLARGED,
                           interpolation=cv2.INTER_CUBIC)  # fmt: skip
        dark = (255 * (1 - large.clip(0, 1))).round().astype(np.uint8)
        content = cv2.imencode(".png", dark)[1].tobytes()
        data, told = base64.b64encode(content).decode(), html.escape(caption)
        figures.append(
            f'<figure><img src="data:image/png;base64,{data}" alt="Digit {told}" loading="lazy">'
            f"<figcaption>{told}</figcaption></figure>"
        )
    return '<div class="digits">' + "\n".join(figures) + "</div>"
