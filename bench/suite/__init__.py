"""The benchmark: Adit beside the program it replaces, its best Python peers and the limits of the database, in one interleaved run."""
