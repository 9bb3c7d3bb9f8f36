bhtpack --json summary a.bht
