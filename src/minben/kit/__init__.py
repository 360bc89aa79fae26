"""資料提供套件 What an agency needs to join: one decorated function, its own key, its own log."""

from minben.kit.provider import Provider
from minben.kit.recipient import Recipient, Told
from minben.kit.types import FactAnswer, FactRequest, Later, Subject, Unknown

__all__ = [
    "FactAnswer",
    "FactRequest",
    "Later",
    "Provider",
    "Recipient",
    "Subject",
    "Told",
    "Unknown",
]
