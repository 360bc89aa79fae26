"""The one exception by which the engine refuses a rule."""


class RuleError(TypeError):
    """規則有誤 A rule that cannot be read faithfully: a fault of its author, found at load.

    The words name the mistake and what to write instead.
    """


class TooManyPaths(RuleError):
    """More paths than the caller wants to follow."""
