"""FORMAT.md, *Pages*: checksums, LZ4 blocks, zstd frames, and the caps on what they decode to."""
import lz4.block
import zstandard

from .cursor import Cursor, Malformed

PLAIN, LZ4, ZSTD = range(3)
WINDOW = 8 << 20
MIB = 1 << 20


def _table(step):
    return [step(byte) for byte in range(256)]


def _reflected(value):
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)  # 0x1EDC6F41, bits reversed
    return value


def _straight(value):
    value <<= 8
    for _ in range(8):
        value = (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    return value


_CRC32C, _CRC16 = _table(_reflected), _table(_straight)


def crc32c(data):
    state, table = 0xFFFFFFFF, _CRC32C
    for byte in data:
        state = table[(state ^ byte) & 255] ^ state >> 8
    return state ^ 0xFFFFFFFF


def crc16(data):
    state, table = 0xFFFF, _CRC16
    for byte in data:
        state = (state << 8 & 0xFFFF) ^ table[state >> 8 ^ byte]
    return state


def lz4_block(data, raw, offset, inside):
    """Decodes an LZ4 block to just `raw` bytes. *Caps*: 255 times what is stored."""
    if raw > 255 * len(data):
        raise Malformed(f"{len(data)} bytes of LZ4 cannot decode to {raw}", offset, inside)
    try:
        out = lz4.block.decompress(data, uncompressed_size=raw)
    except lz4.block.LZ4BlockError as error:
        raise Malformed(f"LZ4: {error}", offset, inside) from None
    if len(out) != raw:
        raise Malformed(f"LZ4 decodes to {len(out)} bytes, not {raw}", offset, inside)
    return out


def zstd_frame(data, raw, offset, inside, dictionary=None):
    """Decodes one zstd frame to just `raw` bytes."""
    try:
        if zstandard.frame_content_size(data) != -1:
            raise Malformed("a zstd frame says its content size", offset, inside)
        codec = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=WINDOW)
        # A frame without a content size is decoded into `max_output_size` bytes, no more.
        out = codec.decompress(data, max_output_size=max(raw, 1), allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise Malformed(f"zstd: {error}", offset, inside) from None
    if len(out) != raw:
        raise Malformed(f"zstd decodes to {len(out)} bytes, not {raw}", offset, inside)
    return out


def page(file, offset, length, inside):
    """A cursor over the content of the page in these bytes of the file, its checksum compared."""
    whole = Cursor(file, offset, offset + length, inside=inside)
    stored = whole.fixed(4)
    if crc32c(file[whole.at:whole.end]) != stored:
        raise Malformed("a page does not match its checksum", offset, inside)
    return whole


def coded_page(file, offset, length, raw, codec, cap, inside):
    """A cursor over the decoded content of a page with a codec."""
    content = page(file, offset, length, inside)
    content.need(raw <= cap, f"{raw} bytes decoded are more than {cap}")
    if content.left == raw or codec == PLAIN:
        content.need(content.left == raw, f"{content.left} plain bytes, not {raw}")
        return content
    decode = lz4_block if codec == LZ4 else zstd_frame
    return Cursor(decode(content.rest(), raw, offset, inside), inside=f"{inside} at {offset}")


def packed_page(file, offset, length, inside):
    """A cursor over what a packed page holds."""
    content = page(file, offset, length, inside)
    raw = content.varint()
    content.need(raw <= 256 * MIB, f"{raw} bytes decoded")
    if content.left == raw:
        return content
    return Cursor(
        lz4_block(content.rest(), raw, offset, inside), inside=f"{inside} at {offset}")
