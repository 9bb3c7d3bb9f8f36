# Standard input and output, for streams and for archives of both versions.
bhtpack convert - --to otlp-proto -o - -q < "$CORPUS/checkout-v1.bht" |
  bhtpack convert - --to bht -o - -q > one.bht
bhtpack convert - --to bht -o - -q < one.bht > two.bht
cmp one.bht two.bht && echo the same archive
bhtpack convert "$CORPUS/checkout-v1.bht" --to bht -o - -q | bhtpack verify - |
  sed -E 's/[0-9,]+ blocks?, [0-9,]+ bytes/… blocks, … bytes/'
gzip -c two.bht | bhtpack convert - --to bht -o - -q | cmp - two.bht && echo the same from gzip
bhtpack convert one.bht -o -
