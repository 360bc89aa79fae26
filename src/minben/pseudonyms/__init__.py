"""假名機構 The only place that can turn a number into a pseudonym, or a pseudonym back."""
