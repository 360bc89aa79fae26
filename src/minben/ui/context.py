"""What the base template needs on every page."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from minben.base.text import Language, Text
from minben.ui import language


@dataclass(frozen=True, slots=True)
class Place:
    """選單項目 One place in the navigation: where it leads and what it is called."""

    path: str
    name: Text


CITIZEN = (
    Place("/for-you", Text("為您", "For you")),
    Place("/cases", Text("案件", "Cases")),
    Place("/my-data", Text("我的資料", "My data")),
    Place("/trail", Text("足跡", "Trail")),
    Place("/notices", Text("通知", "Notices")),
)
VISITOR = (
    Place("/life-events", Text("人生大事", "Life events")),
    Place("/counts", Text("公開統計", "Public counts")),
)


def page(request: HttpRequest) -> dict[str, object]:
    """Language, navigation and the session's length."""
    tongue: Language = language.current()
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "language": tongue,
        "lang_tag": language.TAGS[tongue],
        "other_language": language.other(tongue),
        "places": CITIZEN if signed_in else VISITOR,
        "here": request.path,
        "full_path": request.get_full_path(),
        "signed_in": signed_in,
        "session_seconds": settings.SESSION_COOKIE_AGE if signed_in else None,
        "demo": settings.DEMO,
    }
