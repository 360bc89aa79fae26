"""A passkey is bound by the identity provider, inherits a level, and signs exactly one digest."""

import os

import pytest
from allauth.core import context
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from identity.authenticator import UP, SoftPasskey
from identity.people import known
from idp.provider import FATHER, MOTHER
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import actions, legs, models, passkeys, queries
from minben.identity.types import Method
from minben.protocol.keys import b64

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(rf: RequestFactory):
    """A request with a session, as allauth's ceremonies want it."""
    request = rf.get("/", HTTP_HOST="localhost:8000")
    request.session = SessionStore()
    request.user = AnonymousUser()
    with context.request_context(request):
        yield request


def with_account(number):
    actor = known(number)
    person = models.Person.objects.get(uuid=actor.person)
    models.User.objects.get_or_create(person=person)
    return actor


def enrol(provider, actor, number, *, method="nhi_card", key=None, **changed):
    key = key or SoftPasskey()
    new = passkeys.finish_enrolment(key.create(passkeys.begin_enrolment(actor)))
    part = {
        **legs.bound_to(actor),
        "credential_id": new.credential_id,
        "public_key": new.public_key,
        "rp_id": new.rp_id,
    } | changed
    statement = provider.state({"kind": "enrol", "nonce": "n", "enrol": part}, number, method)
    made = actions.enrol_passkey(
        name="我的手機",
        credential_id=new.credential_id,
        public_key=new.public_key,
        response=new.response,
        statement=statement,
        by=actor,
    )
    return key, made


@pytest.mark.parametrize(
    ("method", "level"),
    [
        ("citizen_certificate", AssuranceLevel.MEDIUM),
        ("nhi_card", AssuranceLevel.MEDIUM),
    ],
)
def test_a_passkey_inherits_its_level_never_above_medium(provider, request_, method, level):
    _, made = enrol(provider, with_account(MOTHER), MOTHER, method=method)
    assert (made.level, made.enrolled_with) == (level, Method(method))


def test_knowledge_alone_enrols_no_passkey(provider, request_):
    with pytest.raises(Refused, match=r"identity\.passkey_needs_medium"):
        enrol(provider, with_account(MOTHER), MOTHER, method="two_documents")
    assert not models.Passkey.objects.exists()


def test_a_statement_by_another_persons_card_binds_nothing(provider, request_):
    with pytest.raises(Refused, match=r"identity\.statement_refused"):
        enrol(provider, with_account(MOTHER), FATHER)


@pytest.mark.parametrize("field", ["credential_id", "public_key", "by"])
def test_a_statement_about_something_else_binds_nothing(provider, request_, field):
    with pytest.raises(Refused, match=r"identity\.statement_refused"):
        enrol(provider, with_account(MOTHER), MOTHER, **{field: "another"})


def test_nobody_enrols_at_the_counter_or_for_another(provider, request_):
    mother, father = with_account(MOTHER), with_account(FATHER)
    _key, _ = enrol(provider, mother, MOTHER)
    assisted = queries.actor_of(mother.person)
    object.__setattr__(assisted, "assisted_by", father.person)
    with pytest.raises(Refused, match=r"identity\.only_oneself"):
        enrol(provider, assisted, MOTHER)


def test_a_passkey_signs_in_and_its_owner_is_told_apart(provider, request_):
    mother = with_account(MOTHER)
    key, _made = enrol(provider, mother, MOTHER)
    options = passkeys.begin_sign_in()
    used = passkeys.finish_sign_in(key.get(options["publicKey"]["challenge"]))
    done = actions.accept_passkey(credential_id=used)
    assert (done.person.uuid, done.method) == (mother.person, Method.PASSKEY)
    assert done.level == AssuranceLevel.MEDIUM


def test_an_unknown_passkey_another_site_or_an_old_challenge_does_not_sign_in(provider, request_):
    key, _ = enrol(provider, with_account(MOTHER), MOTHER)
    stranger = SoftPasskey()
    stranger.user_handle = key.user_handle
    for wrong in (
        lambda c: stranger.get(c),
        lambda c: key.get(c, origin="https://minben.example"),
        lambda c: key.get(b64(os.urandom(32))),
        lambda c: key.get(c, flags=UP),
        lambda c: {"nonsense": True},
    ):
        challenge = passkeys.begin_sign_in()["publicKey"]["challenge"]
        with pytest.raises(Refused, match=r"identity\.passkey_refused"):
            passkeys.finish_sign_in(wrong(challenge))


def test_a_signature_is_over_one_digest_by_ones_own_passkey(provider, request_):
    mother, father = with_account(MOTHER), with_account(FATHER)
    key, _ = enrol(provider, mother, MOTHER)
    other, _ = enrol(provider, father, FATHER)
    digest = os.urandom(32)
    options = passkeys.begin_signature(mother, digest)
    assert options["publicKey"]["challenge"] == b64(digest)
    used, evidence = passkeys.finish_signature(mother, digest, key.get(b64(digest)))
    assert evidence["credential_id"] == used.credential_id
    for wrong in (
        other.get(b64(digest)),
        key.get(b64(os.urandom(32))),
        key.get(b64(digest), flags=UP),
    ):
        with pytest.raises(Refused, match=r"identity\.passkey_refused"):
            passkeys.finish_signature(mother, digest, wrong)


def test_a_removed_passkey_opens_and_signs_nothing(provider, request_):
    mother, father = with_account(MOTHER), with_account(FATHER)
    key, made = enrol(provider, mother, MOTHER)
    with pytest.raises(Refused, match=r"identity\.no_such_passkey"):
        actions.remove_passkey(uuid=made.uuid, by=father)
    actions.remove_passkey(uuid=made.uuid, by=mother)
    challenge = passkeys.begin_sign_in()["publicKey"]["challenge"]
    with pytest.raises(Refused, match=r"identity\.passkey_refused"):
        passkeys.finish_sign_in(key.get(challenge))
    with pytest.raises(Refused, match=r"identity\.no_passkey"):
        passkeys.begin_signature(mother, os.urandom(32))
    with pytest.raises(Refused, match=r"identity\.no_such_passkey"):
        actions.accept_passkey(credential_id=made.credential_id)
