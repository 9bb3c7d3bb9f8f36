printf '\x1f\x8b\x08' > spans.bht
bhtpack list spans.bht --json
