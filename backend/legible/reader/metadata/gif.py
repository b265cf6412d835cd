"""GIF: blocks of sub-blocks. Source: CompuServe, GIF89a specification."""

import re

_BLOCK = re.compile(rb"[\x21\x2c\x3b]")
_GRAPHIC_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")  # how often an animation repeats


def strip(data: bytes) -> bytes:
    """Keep frames, their control blocks and the loop count; end at the trailer.

    `data` starts with a GIF signature. Comments, plain text, other application blocks (XMP) and
    bytes between blocks, which decoders skip, are dropped.
    """
    at = 13 + _table_bytes(data[10:11])
    kept = [data[:at]]
    while found := _BLOCK.search(data, at):
        start = at = found.start()
        match data[at]:
            case 0x21:  # extension
                at = _end_of_sub_blocks(data, at + 2)
                if _is_needed(data[start + 1 : start + 14]):
                    kept.append(data[start:at])
            case 0x2C:  # image
                # 10 bytes of descriptor, a colour table, the LZW code size, the coded pixels.
                at = _end_of_sub_blocks(data, at + 11 + _table_bytes(data[at + 9 : at + 10]))
                kept.append(data[start:at])
            case 0x3B:  # trailer
                kept.append(data[at : at + 1])
                break
    return b"".join(kept)


def _is_needed(extension: bytes) -> bool:
    if extension[:1] == bytes([_GRAPHIC_CONTROL]):
        return True
    return extension[:1] == bytes([_APPLICATION]) and extension[1:].startswith(_LOOPS)


def _table_bytes(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _end_of_sub_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return min(at + 1, len(data))
