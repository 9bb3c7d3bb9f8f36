bhtpack subtree --help
