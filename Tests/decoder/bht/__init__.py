"""A second decoder of `.bht` archives, written from FORMAT.md alone."""
