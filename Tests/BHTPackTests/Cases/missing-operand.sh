bhtpack subtree a.bht
