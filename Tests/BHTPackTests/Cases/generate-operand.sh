bhtpack generate spans.pb -o out.bht
