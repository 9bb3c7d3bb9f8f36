bhtpack service --help
