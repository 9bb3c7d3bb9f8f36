# An incompatible feature that is not known: refused, with a checksum that is right.
python3 -c 'pass' 2> /dev/null || { echo "python3 is missing" >&2; exit 77; }
bhtpack convert "$CORPUS/checkout-v1.bht" -o sound.bht -q
python3 - <<'PYTHON'
import struct
def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
def patched(data, start, field, bits, count):
    part = bytearray(data[start:start + count + 4])
    struct.pack_into("<I", part, field, bits)
    struct.pack_into("<I", part, count, crc32c(bytes(part[:count])))
    return data[:start] + bytes(part) + data[start + count + 4:]
sound = open("sound.bht", "rb").read()
foot = len(sound) - 96
open("footer.bht", "wb").write(patched(sound, foot, 56, 0x80, 88))
open("header.bht", "wb").write(patched(sound, 0, 8, 0x80, 60))
open("compatible.bht", "wb").write(patched(sound, foot, 64, 0x80, 88))
PYTHON
for command in verify summary inspect; do
  bhtpack $command footer.bht 2>&1 | sed -E 's/offset [0-9]+/offset N/'
  echo "exit ${PIPESTATUS[0]}"
done
bhtpack convert footer.bht -o out.bht 2>&1 | sed -E 's/offset [0-9]+/offset N/'
echo "exit ${PIPESTATUS[0]}"
bhtpack verify header.bht | sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'
echo "exit ${PIPESTATUS[0]}"
bhtpack verify compatible.bht | sed -E 's/;.*//'
ls
