: > empty.bht
bhtpack summary empty.bht
