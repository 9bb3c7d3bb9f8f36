bhtpack errors --help
