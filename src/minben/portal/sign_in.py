"""Signing in: choose a credential, prove it at the identity provider or by passkey, go on.

Whoever was asked to prove more goes on exactly where they were, with what they had typed.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST, require_safe

from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.base.text import Text
from minben.consent import signing, witnessing
from minben.identity import actions, legs, limits, passkeys, session
from minben.identity.types import Method, Role
from minben.jobs.clock import today
from minben.portal.account import finish_enrolment
from minben.portal.credentials import credential_in
from minben.portal.representing import finish_linking
from minben.portal.ways import page_of_ours
from minben.ui.language import current as tongue

_ABOUT = {
    Method.CITIZEN_CERTIFICATE: Text("卡片與 PIN 碼，最高等級", "Card and PIN, highest level"),
    Method.MOBILE_FIDO: Text("手機與指紋或臉部，最高等級", "Phone and fingerprint, highest level"),
    Method.NHI_CARD: Text("註冊過的健保卡，中等級", "A registered NHI card, medium level"),
    Method.TWO_DOCUMENTS: Text(
        "健保卡號與戶號，只能看一般資訊", "NHI card and household number; opens the least"
    ),
    Method.CORPORATE_CERTIFICATE: Text("代表公司行號辦理", "To act for a company"),
}


def sign_in(request: HttpRequest) -> HttpResponse:
    """Choose how to sign in (GET), or go to the identity provider (POST)."""
    if request.method == "POST":
        limits.count("sign_in", _address(request))
        method = _method(request.POST.get("method", ""))
        return redirect(_leave(request, AssuranceLevel.LOW, (method,)))
    wanted = page_of_ours(request.GET.get("next", ""), otherwise="")
    if wanted:
        session.suspend_path(request, wanted)
    if session.peek(request) is not None:
        return redirect("/sign-in/continue")
    return _choose(request, needed=None)


def step_up(request: HttpRequest) -> HttpResponse:
    """Prove who one is more surely; afterwards one is back where one was."""
    kept = session.suspended(request)
    needed = (kept.needed if kept else None) or AssuranceLevel.MEDIUM
    if request.method == "POST":
        limits.count("sign_in", _address(request))
        method = _method(request.POST.get("method", ""))
        return redirect(_leave(request, needed, (method,)))
    return _choose(request, needed=needed)


@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """Come back from the identity provider, and finish what was begun there."""
    flow, statement = legs.come_back(request)
    if statement is None:
        return redirect(flow["back"])
    if flow["kind"] == "enrol":
        finish_enrolment(request, flow, statement)
        return redirect("/account")
    if flow["kind"] == "sign":
        actor = session.current(request)
        signing.finish_at_provider(flow=flow, statement=statement, by=actor)
        return redirect(flow["next"])
    if flow["kind"] == "witness":
        official = session.own(request)
        if official is None:
            raise Refused("identity.sign_in")
        witnessing.finish(flow=flow, statement=statement, official=official)
        return redirect(flow["next"])
    if flow["purpose"] == "link":
        finish_linking(request, flow["nonce"], statement)
        return redirect("/account")
    if flow["purpose"] == "serve":
        return _serve(request, flow["nonce"], statement)
    session.open_for(
        request, actions.accept_sign_in(statement=statement, nonce=flow["nonce"], on=today())
    )
    return redirect("/sign-in/continue")


def _serve(request: HttpRequest, nonce: str, statement: str) -> HttpResponse:
    clerk = session.own(request)
    if clerk is None:
        raise Refused("identity.sign_in")
    signed_in = actions.serve_at_counter(statement=statement, nonce=nonce, on=today(), clerk=clerk)
    session.serve(request, signed_in)
    return redirect("/sign-in/continue" if session.suspended(request) else "/counter")


@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """Back to where one was: a page is shown again, a form is sent again after one tap."""
    actor = session.current(request)
    kept = session.suspended(request, take=True)
    if kept is None:
        return redirect(_home(actor.roles))
    if kept.method == "POST":
        return render(request, "sign_in/go_on.html", {"kept": kept})
    return redirect(kept.path)


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with the assertion that a passkey made over this session's challenge."""
    limits.count("passkey", _address(request))
    actor = session.peek(request)
    if actor is not None and actor.assisted_by is not None:
        raise Refused("identity.only_oneself")
    used = passkeys.finish_sign_in(credential_in(request))
    session.open_for(request, actions.accept_passkey(credential_id=used))
    return redirect("/sign-in/continue")


def _choose(request: HttpRequest, *, needed: AssuranceLevel | None) -> HttpResponse:
    least = needed or AssuranceLevel.LOW
    actor = session.peek(request)
    alone = actor is None or actor.assisted_by is None
    methods = [
        {"key": method.value, "name": method.text, "about": about}
        for method, about in _ABOUT.items()
        if method.level >= least
    ]
    context = {
        "methods": methods,
        "needed": needed,
        "options": passkeys.begin_sign_in() if least <= AssuranceLevel.MEDIUM and alone else None,
        "action": request.path,
    }
    return render(request, "sign_in/choose.html", context)


def _leave(request: HttpRequest, level: AssuranceLevel, methods: tuple[Method, ...]) -> str:
    # At the counter it is the person served who proves more: the session stays the clerk's.
    actor = session.peek(request)
    purpose = "serve" if actor is not None and actor.assisted_by is not None else "sign_in"
    return legs.leave(
        request,
        kind="sign_in",
        level=level,
        methods=methods,
        language=tongue(),
        then={"purpose": purpose, "back": request.path},
    )


def _method(written: str) -> Method:
    try:
        return Method(written)
    except ValueError:
        raise Refused("identity.no_such_method") from None


def _home(roles: frozenset[Role]) -> str:
    if Role.CLERK in roles:
        return "/counter"
    return "/for-you" if roles == {Role.CITIZEN} else "/office/"


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
