"""Verbs of the room. What an endpoint does runs in one transaction; refusals go on the trail."""

from minben.authorization.actions.clients import close, register, renew_keys, rotate_keys
from minben.authorization.actions.deciding import (
    allow,
    decline,
    lodge_plain,
    note_refusal,
    open_request,
    pass_through,
    prepare,
)
from minben.authorization.actions.ending import withdraw
from minben.authorization.actions.endpoints import (
    give_back,
    introspect,
    note_unread,
    push,
    revoke,
    show_grant,
    token,
    userinfo,
)

__all__ = [
    "allow",
    "close",
    "decline",
    "give_back",
    "introspect",
    "lodge_plain",
    "note_refusal",
    "note_unread",
    "open_request",
    "pass_through",
    "prepare",
    "push",
    "register",
    "renew_keys",
    "revoke",
    "rotate_keys",
    "show_grant",
    "token",
    "userinfo",
    "withdraw",
]
