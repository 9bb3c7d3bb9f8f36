bhtpack critical-path a.bht --method=best
