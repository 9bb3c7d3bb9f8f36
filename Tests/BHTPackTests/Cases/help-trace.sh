bhtpack trace --help
