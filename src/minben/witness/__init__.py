"""見證 A process of its own that cosigns one consistent history of a log, and nothing else."""
