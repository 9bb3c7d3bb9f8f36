bhtpack full --help
