bhtpack summary nowhere.bht
