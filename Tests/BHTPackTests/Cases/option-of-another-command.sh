bhtpack summary a.bht --min-duration 2ms
