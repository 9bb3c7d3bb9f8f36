cat > skewed.json <<'J'
{"data":[{"traceID":"a1","spans":[
{"traceID":"a1","spanID":"1","operationName":"GET /cart","references":[],"startTime":1700000000000000,"duration":1000,"tags":[],"logs":[],"processID":"p1"},
{"traceID":"a1","spanID":"2","operationName":"read","references":[{"refType":"CHILD_OF","traceID":"a1","spanID":"1"}],"startTime":1700000000003000,"duration":600,"tags":[],"logs":[],"processID":"p2"}],
"processes":{"p1":{"serviceName":"web","tags":[]},"p2":{"serviceName":"db","tags":[]}}}]}
J
bhtpack convert skewed.json -o skewed.bht -q
bhtpack summary skewed.bht -q
bhtpack summary skewed.bht -q --adjust-skew
bhtpack critical-path skewed.bht -q --adjust-skew
bhtpack summary skewed.bht --totals --adjust-skew
