"""Real files of every format, made in memory, that say where a picture was taken and by whom."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pypdfium2
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

MARKER = b"Sec7et-Home-Of-Ada"
TURNED = 6  # EXIF orientation: the top of the scene is at the right of the stored pixels
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    + MARKER
    + b"</x:xmpmeta>\n  \n<?xpacket end='w'?>"
)


def picture(seed: int = 0, mode: str = "RGB") -> Image.Image:
    """A (24, 40) picture of noise in which no two corners are alike."""
    noise = np.random.default_rng(seed).integers(0, 256, (24, 40, 3), dtype=np.uint8)
    return Image.fromarray(noise).convert(mode)


def exif(orientation: int | None = TURNED) -> Image.Exif:
    """EXIF with GPS, a maker note and an artist; all but the position hold the marker."""
    tags = Image.Exif()
    if orientation is not None:
        tags[0x0112] = orientation
    tags[0x013B] = MARKER.decode()
    tags.get_ifd(0x8769)[0x927C] = b"MAKER" + MARKER
    tags.get_ifd(0x8825)[2] = (52.0, 31.0, 12.5)
    tags.get_ifd(0x8825)[29] = MARKER.decode()
    return tags


def save(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of `image` saved by Pillow as `kind`."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(**options: object) -> bytes:
    """A JPEG with EXIF, XMP, a comment and an IPTC block."""
    plain = save(
        picture(), "JPEG", exif=exif(), xmp=XMP, comment=MARKER, icc_profile=b"profile", **options
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0" + MARKER
    return plain[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + plain[2:]


def png(**options: object) -> bytes:
    """A PNG with EXIF, XMP and texts, plain and packed."""
    texts = PngInfo()
    texts.add_text("Comment", MARKER.decode())
    texts.add_text("Author", MARKER.decode() * 9, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return save(picture(), "PNG", exif=exif(), pnginfo=texts, **options)


def tiff(compression: str | None = None, big_tiff: bool = False) -> bytes:
    """A TIFF of two pages with XMP and texts, the first with EXIF and GPS too."""
    tags, plain = ImageFileDirectory_v2(), ImageFileDirectory_v2()
    for page_tags in (tags, plain):
        page_tags[270] = MARKER.decode()
        page_tags[274] = TURNED
        page_tags[700] = XMP
    if compression is None:  # libtiff does not take directories from Pillow
        tags[34665] = {0x927C: b"MAKER" + MARKER}
        tags[34853] = {29: MARKER.decode()}
    second = picture(1)
    second.encoderinfo = {"tiffinfo": plain}
    options = {"compression": compression, "big_tiff": big_tiff}
    return save(picture(), "TIFF", tiffinfo=tags, save_all=True, append_images=[second], **options)


def heic() -> bytes:
    """A HEIC with EXIF and XMP, turned by its image properties."""
    image = pillow_heif.from_pillow(picture())
    out = io.BytesIO()
    image.save(out, quality=-1, exif=exif().tobytes(), xmp=XMP)
    return out.getvalue()


def avif() -> bytes:
    """An AVIF with EXIF and XMP; Pillow writes the orientation as image properties."""
    return save(picture(), "AVIF", exif=exif(), xmp=XMP, quality=100)


def gif() -> bytes:
    """An animation that loops, with a comment and XMP."""
    frames = [picture(n, "P") for n in (1, 2)]
    animation = save(
        picture(0, "P"), "GIF", save_all=True, append_images=frames, comment=MARKER, loop=3
    )
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"  # how XMP ends among sub-blocks
    return animation[:-1] + b"!\xff\x0bXMP DataXMP" + XMP + trailer + b";"


def pdf() -> bytes:
    """A PDF whose page is a JPEG with EXIF, with information and an XMP stream."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(200, 120)
    shown = pypdfium2.PdfImage.new(document)
    shown.load_jpeg(io.BytesIO(jpeg()), inline=True)
    shown.set_matrix(pypdfium2.PdfMatrix().scale(200, 120))
    page.insert_obj(shown)
    page.gen_content()
    out = io.BytesIO()
    document.save(out)
    text = MARKER + rb" \) (a)"
    stream = b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n" % len(XMP) + XMP
    return _with_objects(
        out.getvalue(),
        {
            90: b"<< /Author (" + text + b") /Place <" + MARKER.hex().encode() + b"> >>",
            91: stream + b"\nendstream",
        },
        info=90,
    )


def pdf_with_packed_information() -> bytes:
    """The same with the information in an object stream, as PDF 1.5 has it."""
    first = b"<< /Author (" + MARKER + b") /Place (" + MARKER + b") >> "
    index = b"92 0 93 %d " % len(first)
    packed = zlib.compress(index + first + b"<< /Kept (text) >>")
    head = b"<< /Type /ObjStm /N 2 /First %d /Filter /FlateDecode /Length %d >>"
    stream = head % (len(index), len(packed)) + b"\nstream\n" + packed + b"\nendstream"
    return _with_objects(pdf(), {94: stream}, info=92)


def _with_objects(document: bytes, objects: dict[int, bytes], info: int) -> bytes:
    """Append `objects` as an incremental update, as editors do."""
    start = int(document.rpartition(b"startxref")[2].split()[0])
    root = document.rpartition(b"/Root")[2].split()[0]
    table = b"xref\n"
    for number, body in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(document) + 1)
        document += b"\n%d 0 obj\n" % number + body + b"\nendobj"
    trailer = b"trailer\n<< /Size 99 /Root %b 0 R /Info %d 0 R /Prev %d >>\n" % (root, info, start)
    return document + b"\n" + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(document) + 1)


FILES = {
    "jpeg": jpeg,
    "progressive-jpeg": lambda: jpeg(progressive=True),
    "mpo": lambda: save(
        picture(), "MPO", save_all=True, append_images=[picture(1)], exif=exif(), comment=MARKER
    ),
    "png": png,
    "apng": lambda: png(save_all=True, append_images=[picture(1), picture(2)]),
    "webp": lambda: save(picture(), "WEBP", lossless=True, exif=exif(), xmp=XMP),
    "animated-webp": lambda: save(
        picture(), "WEBP", lossless=True, save_all=True, append_images=[picture(1)], exif=exif()
    ),
    "gif": gif,
    "tiff": tiff,
    "packed-tiff": lambda: tiff("tiff_lzw"),
    "big-tiff": lambda: tiff(big_tiff=True),
    "heic": heic,
    "avif": avif,
    "bmp": lambda: save(picture(), "BMP"),
    "pdf": pdf,
    "pdf-with-packed-information": pdf_with_packed_information,
}
