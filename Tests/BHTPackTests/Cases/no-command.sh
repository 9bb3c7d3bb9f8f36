bhtpack
