# A name that is not UTF-8 is kept as it is, byte for byte.
python3 -c 'pass' 2> /dev/null || exit 77
python3 - <<'PYTHON'
def field(number, body):
    return bytes([number << 3 | 2, len(body)]) + body
span = field(1, bytes(range(1, 17))) + field(2, bytes(range(1, 9))) + field(5, b"caf\xe9 \xff")
open("odd.pb", "wb").write(field(1, field(1, b"") + field(2, field(2, span))))
PYTHON
bhtpack convert odd.pb -o odd.bht -q
bhtpack convert odd.bht -o again.pb -q
cmp odd.pb again.pb && echo the same bytes
bhtpack verify odd.bht --against odd.pb | tail -1
bhtpack list odd.bht -q
