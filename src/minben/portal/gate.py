"""Who stands before a page. A page that needs somebody gets an `Actor`."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from minben.identity import session
from minben.identity.types import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
PersonalView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


def signed_in(view: PersonalView[P]) -> View[P]:
    """Hands the actor to the view.

    Refused `identity.sign_in` for a visitor: the eaves lead to signing in and back.
    """

    @wraps(view)
    def gate(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, session.current(request), *args, **kwargs)

    return gate
