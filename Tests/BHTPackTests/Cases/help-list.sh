bhtpack list --help
