printf '{"resourceSpans":[]}' > spans.bht
bhtpack summary spans.bht
