"""資料提供套件 What an agency needs to join: one decorated function, its own key, its own log."""

from minben.kit.provider import Provider
from minben.kit.types import FactAnswer, FactRequest, Subject, Unknown

__all__ = ["FactAnswer", "FactRequest", "Provider", "Subject", "Unknown"]
