bhtpack list a.bht --since yesterday
