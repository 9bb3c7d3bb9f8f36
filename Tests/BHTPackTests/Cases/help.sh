bhtpack --help
