"""What the base template needs on every page."""

from django.conf import settings
from django.http import HttpRequest

from minben.identity import session
from minben.identity.types import Actor
from minben.jobs import clock
from minben.notices import queries as notices
from minben.ui import language
from minben.ui.places import places_of


def page(request: HttpRequest) -> dict[str, object]:
    """Language, navigation, who is there and for whom, and the session's length."""
    tongue = language.current()
    actor = _actor(request)
    path = request.path
    unread = notices.unread(actor.person) if actor else 0
    places = places_of(actor, path, unread=unread)
    inside = [place for place in places if path == place.path or _under(path, place.path)]
    return {
        "language": tongue,
        "lang_tag": language.TAGS[tongue],
        "other_language": language.other(tongue),
        "places": places,
        "here": max((place.path for place in inside), key=len, default=""),
        "full_path": request.get_full_path(),
        "who": actor,
        "signed_in": actor is not None,
        "session_seconds": settings.SESSION_COOKIE_AGE if actor else None,
        "demo": settings.DEMO,
        "civil_day": clock.today() if settings.DEMO and clock.is_pretended() else None,
    }


def _actor(request: HttpRequest) -> Actor | None:
    # A request that failed before the session middleware ran has no session.
    return session.peek(request) if hasattr(request, "session") else None


def _under(path: str, place: str) -> bool:
    return place not in ("/", "/office/") and path.startswith(place + "/")
