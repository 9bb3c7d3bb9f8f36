bhtpack -h | head -2
bhtpack help summary | cmp - <(bhtpack summary --help) && echo the same page
