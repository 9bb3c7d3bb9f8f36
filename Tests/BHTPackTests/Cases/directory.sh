mkdir folder
bhtpack summary folder
