"""`python -m minben` is `minben`."""

from minben.cli.main import minben

if __name__ == "__main__":
    minben()
