bhtpack generate --help
