bhtpack critical-path --help
