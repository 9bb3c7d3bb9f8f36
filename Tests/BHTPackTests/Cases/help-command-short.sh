bhtpack critical-path -h
