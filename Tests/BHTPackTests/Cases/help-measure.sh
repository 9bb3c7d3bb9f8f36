bhtpack measure --help
