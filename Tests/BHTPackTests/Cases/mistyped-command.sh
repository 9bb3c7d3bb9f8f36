bhtpack sumary a.bht
