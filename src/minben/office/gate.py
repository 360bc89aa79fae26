"""Duty pages: each names the role it needs; signing in surely is part of the duty."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from minben.base.assurance import AssuranceLevel
from minben.identity import session
from minben.identity.types import Actor, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
DutyView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


def on_duty(*roles: Role) -> Callable[[DutyView[P]], View[P]]:
    """Hands the actor to the view if they hold one of the roles and are known at least medium.

    Refused `identity.sign_in`, `identity.not_allowed`, `identity.step_up`.
    """

    def decorate(view: DutyView[P]) -> View[P]:
        @wraps(view)
        def gate(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actor = session.current(request, *roles, assurance=AssuranceLevel.MEDIUM)
            return view(request, actor, *args, **kwargs)

        return gate

    return decorate
