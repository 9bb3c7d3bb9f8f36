bhtpack summary --help
