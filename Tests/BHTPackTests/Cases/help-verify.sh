bhtpack verify --help
