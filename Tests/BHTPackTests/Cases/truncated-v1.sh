for size in 3 6 20 40000; do
  head -c $size "$CORPUS/checkout-v1.bht" > cut.bht
  bhtpack summary cut.bht
  echo "$?"
done
