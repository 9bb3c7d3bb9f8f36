printf 'BHT1\xff\xff\xff\xff{}' > lying.bht
bhtpack summary lying.bht
