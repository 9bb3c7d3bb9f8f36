bhtpack measure -
