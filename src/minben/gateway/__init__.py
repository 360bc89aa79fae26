"""閘道 The way between agencies: checks, logs durably and passes on what it cannot read."""
