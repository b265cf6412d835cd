"""Pages of a PDF as pictures."""

import threading
from collections.abc import Iterator

import pypdfium2 as pdfium
from PIL import Image

from legible.reader.errors import TooManyPages, Truncated, UnsupportedFormat

# Writing on paper is read well from 200 dpi on; PDF's unit is 1/72 inch.
_DOTS_PER_POINT = 200 / 72
# PDFium keeps global state and is not thread-safe: one call at a time in a process.
_PDFIUM = threading.Lock()


def render(
    data: bytes, max_pages: int, max_pixels: int, page: int | None = None
) -> Iterator[Image.Image]:
    """Draw the pages in order at 200 dpi, or with `max_pixels` where that would be more.

    Args:
        data: the file's bytes.
        max_pages: a document with more is refused.
        max_pixels: the most pixels of one page.
        page: only this page, counted from 0.

    Yields:
        Pictures in mode RGB.

    Raises:
        TooManyPages, UnsupportedFormat (a password is needed), Truncated (damaged).
    """
    with _PDFIUM:
        document = _open(data)
    try:
        count = len(document)
        if count > max_pages:
            raise TooManyPages(
                f"The PDF has {count} pages and at most {max_pages} are read at once. "
                "Split it and send the parts."
            )
        if count == 0:
            raise Truncated("The PDF has no pages. Send one with at least one page.")
        for index in range(count) if page is None else range(page, min(page + 1, count)):
            with _PDFIUM:
                picture = _draw(document, index, max_pixels)
            yield picture
    finally:
        with _PDFIUM:
            document.close()


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
        document.init_forms()  # what people typed or drew into form fields is drawn too
        return document
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnsupportedFormat(
                "The PDF is protected by a password. Save it without one and send it again."
            ) from None
        raise Truncated("The PDF is damaged or cut off. Send it again from the original.") from None


def _draw(document: pdfium.PdfDocument, index: int, max_pixels: int) -> Image.Image:
    try:
        page = document[index]
        try:
            width, height = page.get_size()
            area = max(width * height, 1.0)
            scale = min(_DOTS_PER_POINT, (max_pixels / area) ** 0.5)
            picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
            return picture
        finally:
            page.close()
    except pdfium.PdfiumError:
        raise Truncated(
            f"Page {index + 1} of the PDF is damaged. Send it again from the original."
        ) from None
