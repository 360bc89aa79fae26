"""協定 The words parties exchange: agreements, signatures, messages, proofs. Pure functions."""
