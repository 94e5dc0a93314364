"""The benchmark: Adit beside the program it replaces, its best Python peers and the database's limits, in one run."""
