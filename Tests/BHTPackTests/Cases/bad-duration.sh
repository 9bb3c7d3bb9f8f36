bhtpack list a.bht --min-duration 5
