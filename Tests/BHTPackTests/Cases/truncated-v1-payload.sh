# Structure is all there, so only readings that need the missing blocks fail.
head -c 200000 "$CORPUS/checkout-v1.bht" > cut.bht
bhtpack list cut.bht --quiet
bhtpack full cut.bht
