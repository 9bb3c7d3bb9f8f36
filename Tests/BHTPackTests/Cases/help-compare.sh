bhtpack compare --help
