"""Statements as files: CSV for billing systems, PDF for people."""

import csv
import io
from decimal import Decimal

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from legible.app import models
from legible.app.usage.service import Tally
from legible.app.usage.statements import Statement

_COLUMNS = (
    "month",
    "account",
    "plan",
    "kind",
    "key_id",
    "key_name",
    "models",
    "readings",
    "pages",
    "included_pages",
    "beyond_pages",
    "price_per_thousand",
    "amount",
    "currency",
)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # after OWASP, CSV injection


def statement_csv(statement: Statement) -> bytes:
    """Write the lines (`usage`), then their sum and its price (`total`), as RFC 4180.

    The names of keys are people's text; one that a spreadsheet would take for a formula is quoted.
    """
    file = io.StringIO()
    rows = csv.DictWriter(file, _COLUMNS, restval="")
    rows.writeheader()
    month = {
        "month": f"{statement.month:%Y-%m}",
        "account": statement.account,
        "plan": statement.plan.name,
        "currency": statement.plan.currency,
    }
    for line in statement.lines:
        rows.writerow(
            {
                **month,
                "kind": "usage",
                "key_id": line.key_id or "",
                "key_name": _no_formula(line.key_name or ""),
                "models": _networks(line),
                "readings": line.readings,
                "pages": line.pages,
            }
        )
    rows.writerow(
        {
            **month,
            "kind": "total",
            "readings": sum(line.readings for line in statement.lines),
            "pages": statement.pages,
            "included_pages": statement.plan.included_pages,
            "beyond_pages": statement.beyond_pages,
            "price_per_thousand": _price(statement.plan.price_per_thousand),
            "amount": _price(statement.amount),
        }
    )
    return file.getvalue().encode()


def statement_pdf(statement: Statement, user: models.User) -> bytes:
    """Draw the statement on A4. Letters that the built-in font lacks become `?`."""
    pdf = FPDF()
    pdf.set_title(f"Legible: statement for {statement.month:%Y-%m}")
    pdf.set_lang("en")
    pdf.add_page()
    pdf.set_font("helvetica", "B", 18)
    _line(pdf, f"Statement for {statement.month:%B %Y}", 12)
    pdf.set_font("helvetica", size=10)
    _line(pdf, f"{user.name} <{user.email}>")
    _line(pdf, f"Account {statement.account}")
    plan = statement.plan
    _line(pdf, f"Plan {plan.name}. All times are UTC.")
    if not statement.final:
        _line(pdf, "This month is not over yet: the numbers still change.")
    pdf.ln(6)
    with pdf.table(
        col_widths=(76, 62, 22, 22),
        text_align=("LEFT", "LEFT", "RIGHT", "RIGHT"),
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:
        table.row(("API key", "Networks", "Readings", "Pages"))
        for line in statement.lines:
            table.row(
                (
                    _key(line),
                    _networks(line),
                    f"{line.readings:,}",
                    f"{line.pages:,}",
                )
            )
    pdf.ln(6)
    price = plan.price_per_thousand
    sums = [
        ("Pages", f"{statement.pages:,}"),
        ("Included in the plan", f"{plan.included_pages:,}"),
        ("Beyond", f"{statement.beyond_pages:,}"),
        ("Price per thousand beyond", f"{price} {plan.currency}" if price is not None else "none"),
        ("Amount", f"{_price(statement.amount)} {plan.currency}"),
    ]
    with pdf.table(
        width=110, align="LEFT", text_align=("LEFT", "RIGHT"), first_row_as_headings=False
    ) as table:
        for row in sums:
            table.row(row)
    return bytes(pdf.output())


def _line(pdf: FPDF, text: str, height_mm: float = 5) -> None:
    pdf.cell(0, height_mm, _known(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _known(text: str) -> str:
    return text.encode("latin-1", errors="replace").decode("latin-1")


def _key(line: Tally) -> str:
    """The key as its owner knows it; names may be given twice, so its id comes with it."""
    if line.key_id is None:
        return "none (logged in)"
    return _known(f"{line.key_name}\n{line.key_id}") if line.key_name else str(line.key_id)


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _networks(line: Tally) -> str:
    return ", ".join(f"{name} {version}" for name, version in line.models.items())


def _price(price: Decimal | None) -> str:
    return "" if price is None else f"{price:f}"
