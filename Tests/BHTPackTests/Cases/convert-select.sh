# Chosen traces: alternatives of one key, all of different keys, ids from files and as they are written.
bhtpack convert "$CORPUS/shop" -o shop.bht -q
said() { "$@" 2>&1 | sed -E 's/: [0-9,]+ bytes.*/: … bytes/'; echo "exit ${PIPESTATUS[0]}"; }
first=2fea2564e17acf220283057ecb157670
second=4b45e45393b49b837c039be2f4d8d6d4
said bhtpack convert shop.bht --select trace=$first --select trace=$second -o two.pb
said bhtpack convert "$CORPUS/shop" --select trace=$first --select trace=$second -o two-again.pb
cmp two.pb two-again.pb && echo the same
said bhtpack convert shop.bht --select trace=0x${first^^} -o upper.pb
said bhtpack convert shop.bht --select trace=2fea2564-e17a-cf22-0283-057ecb157670 -o dashes.pb
cmp upper.pb dashes.pb && echo the same
printf '# two of them\n\n%s\r\n  %s\n' $first $second > ids.txt
said bhtpack convert shop.bht --select trace=@ids.txt -o from-file.pb
said bhtpack convert shop.bht --select trace=@- -o from-stdin.pb < ids.txt
cmp two.pb from-file.pb && cmp two.pb from-stdin.pb && echo the same
said bhtpack convert shop.bht --select service=cart --select service=payment --select errors -o errors.pb
said bhtpack convert "$CORPUS/shop" --select service=cart --select service=payment --select errors -o errors-again.pb
cmp errors.pb errors-again.pb && echo the same
said bhtpack convert shop.bht --select since=2026-11-21T01:45:01Z --select until=2026-11-21T01:45:02Z -o second.pb
said bhtpack convert "$CORPUS/shop" --select since=2026-11-21T01:45:01Z --select until=2026-11-21T01:45:02Z -o second-again.pb
cmp second.pb second-again.pb && echo the same
echo "found in part"
said bhtpack convert shop.bht --select trace=$first --select trace=77 --select trace=nowhere -o part.bht
said bhtpack convert shop.bht --select service=cart --select service=nobody -o cart.bht
echo "nothing"
said bhtpack convert shop.bht --select trace=77 --select trace=nowhere -o nothing.bht
said bhtpack convert "$CORPUS/shop" --select service=nobody --select errors -o nothing.jaeger.json -q
said bhtpack convert shop.bht --select trace=$first --select service=nobody -o nothing.pb
said bhtpack convert shop.bht --select trace=77 --to jaeger -o -
echo "mistakes"
printf '# none\n' > none.txt
said bhtpack convert shop.bht --select trace=@none.txt -o nothing.pb
said bhtpack convert - --select trace=@- -o nothing.pb
said bhtpack convert shop.bht --select trace=@missing.txt -o nothing.pb
ls
