cd "$CORPUS"
. "$CASES/mask.bash"
mask bhtpack service checkout-v1.bht db --json > "$OLDPWD/db.json"
python3 - "$OLDPWD/db.json" <<PYTHON
import json, sys
text = open(sys.argv[1]).read().replace(":S}", ":0}")
answer = json.loads(text)
print(len(answer["result"]), {span["service"] for span in answer["result"]}, answer["stats"])
PYTHON
