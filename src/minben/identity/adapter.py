"""What a device shows when it keeps a passkey: the platform's name and the person's, no number."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from minben.identity import queries
from minben.identity.models import User


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """通行金鑰名稱 The names that go into a passkey."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party: always the configured host, whatever the request said."""
        return {"id": urlsplit(settings.ORIGIN).hostname or "localhost", "name": "民本 minben"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, object]:
        """The person: name to show, and the account's row as an opaque handle."""
        told: dict[str, object] = super().get_public_key_credential_user_entity(user)
        name = queries.display_name(user.person.uuid)
        return {**told, "display_name": name, "name": name}
