bhtpack list a.bht --erors
