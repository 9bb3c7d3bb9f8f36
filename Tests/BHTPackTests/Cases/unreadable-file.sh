# Root may read everything.
if [ "$(id -u)" = 0 ]; then exit 77; fi
printf BHT1 > secret.bht
chmod 000 secret.bht
bhtpack summary secret.bht
