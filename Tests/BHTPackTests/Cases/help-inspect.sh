bhtpack inspect --help
