"""What a file is, by its first bytes."""

from legible.reader.errors import NotAnImage, UnsupportedFormat

SUPPORTED = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC/HEIF and PDF"


def sniff(data: bytes) -> str:
    """Name the format that the first bytes show, as Pillow names it, or `PDF`.

    Raises:
        NotAnImage: no format that we know, or no bytes at all.
        UnsupportedFormat: a format that we know and do not read.
    """
    if not data:
        raise NotAnImage("The file is empty. Send a picture: " + SUPPORTED + ".")
    for signature, offset, kind in _SUPPORTED_SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return _riff_kind(data) if kind == "RIFF" else kind
    if data[4:8] == b"ftyp":
        return _iso_kind(data)
    if b"%PDF-" in data[:1024]:  # readers accept some bytes before the header
        return "PDF"
    head = data[:512].lstrip().lower()
    for signature, offset, name in _UNSUPPORTED_SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            raise _unsupported(name)
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in data[:4096].lower():
        raise _unsupported("an SVG drawing")
    raise NotAnImage(
        "The file's content is no picture that is known here, whatever its name says. "
        f"Send one of {SUPPORTED}."
    )


_SUPPORTED_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "JPEG"),
    (b"\x89PNG\r\n\x1a\n", 0, "PNG"),
    (b"RIFF", 0, "RIFF"),
    (b"GIF87a", 0, "GIF"),
    (b"GIF89a", 0, "GIF"),
    (b"BM", 0, "BMP"),
    (b"II*\x00", 0, "TIFF"),
    (b"MM\x00*", 0, "TIFF"),
    (b"II+\x00", 0, "TIFF"),
    (b"MM\x00+", 0, "TIFF"),
)
_UNSUPPORTED_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"8BPS", 0, "a Photoshop document"),
    (b"\x00\x00\x01\x00", 0, "an icon"),
    (b"\x00\x00\x00\x0cjP  ", 0, "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", 0, "a JPEG 2000 picture"),
    (b"\x00\x00\x00\x0cJXL ", 0, "a JPEG XL picture"),
    (b"\xff\x0a", 0, "a JPEG XL picture"),
    (b"%!PS", 0, "a PostScript document"),
    (b"DICM", 128, "a DICOM picture"),
    (b"PK\x03\x04", 0, "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0", 0, "an old office document"),
    (b"\x1f\x8b", 0, "a gzip archive"),
    (b"7z\xbc\xaf", 0, "a 7z archive"),
    (b"Rar!", 0, "a RAR archive"),
    (b"\x1aE\xdf\xa3", 0, "a video"),
    (b"qoif", 0, "a QOI picture"),
    (b"v/1\x01", 0, "an OpenEXR picture"),
    (b"#?RADIANCE", 0, "a Radiance picture"),
    (b"P4\n", 0, "a PBM picture"),
    (b"P5\n", 0, "a PGM picture"),
    (b"P6\n", 0, "a PPM picture"),
    (b"FUJIFILMCCD-RAW", 0, "a camera raw picture"),
)


def _unsupported(what: str) -> UnsupportedFormat:
    return UnsupportedFormat(f"This is {what}, which is not read. Save it as one of {SUPPORTED}.")


def _riff_kind(data: bytes) -> str:
    if data[8:12] == b"WEBP":
        return "WEBP"
    raise _unsupported("a sound or video file")


def _iso_kind(data: bytes) -> str:
    """ISO base media files by their brands (ISO/IEC 14496-12, 4.3): still pictures or video."""
    brands = {data[i : i + 4] for i in (8, *range(16, min(64, len(data)), 4))}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
        return "HEIF"
    raise _unsupported("a video or another media file")
