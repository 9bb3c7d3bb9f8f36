bhtpack convert --help
