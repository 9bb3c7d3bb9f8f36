bhtpack convert a.json -o a.bht --index all,http.route
