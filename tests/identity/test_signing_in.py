"""A statement of the identity provider becomes a sign-in, once."""

import pytest

from identity.people import ON, known
from idp.provider import CLERK, FATHER, MOTHER, Provider
from minben.base.assurance import AssuranceLevel
from minben.base.refusal import Refused
from minben.identity import actions, models, queries
from minben.identity.types import CompanyView, Method, Role
from minben.trail.models import Disclosure

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "level"),
    [
        ("citizen_certificate", AssuranceLevel.HIGH),
        ("mobile_fido", AssuranceLevel.HIGH),
        ("nhi_card", AssuranceLevel.MEDIUM),
        ("two_documents", AssuranceLevel.LOW),
    ],
)
def test_each_credential_proves_its_level(provider, method, level):
    done = actions.accept_sign_in(statement=provider.sign_in(MOTHER, method), nonce="n", on=ON)
    assert (done.method, done.level) == (Method(method), level)
    assert queries.find_person(MOTHER) == done.person
    (entry,) = Disclosure.objects.filter(subject=done.person.uuid)
    assert entry.verb == "identity.signed_in"
    assert MOTHER not in str(entry.payload)


def test_a_statement_counts_once(provider):
    statement = provider.sign_in(MOTHER)
    actions.accept_sign_in(statement=statement, nonce="n", on=ON)
    with pytest.raises(Refused, match=r"identity\.statement_refused"):
        actions.accept_sign_in(statement=statement, nonce="n", on=ON)


def test_a_statement_for_another_browser_or_time_or_key_is_refused(provider, tmp_path):
    real = provider.now
    provider.now = lambda: real() - 3600
    stale = provider.sign_in(MOTHER)
    provider.now = real
    impostor = Provider(tmp_path / "elsewhere").sign_in(MOTHER)
    signature = provider.state(
        {
            "kind": "enrol",
            "nonce": "n",
            "enrol": {
                "by": "person:1",
                "salt": "",
                "credential_id": "",
                "public_key": "",
                "rp_id": "",
            },
        },
        MOTHER,
        "nhi_card",
    )
    for statement, nonce in (
        (provider.sign_in(MOTHER), "other"),
        (stale, "n"),
        (impostor, "n"),
        (signature, "n"),
        ("x.y.z", "n"),
        ("", "n"),
    ):
        with pytest.raises(Refused, match=r"identity\.statement_refused"):
            actions.accept_sign_in(statement=statement, nonce=nonce, on=ON)
    assert not models.SignIn.objects.exists()


def test_a_corporate_certificate_lets_a_person_act_for_a_company(provider):
    statement = provider.sign_in(MOTHER, "corporate_certificate")
    done = actions.accept_sign_in(statement=statement, nonce="n", on=ON)
    assert done.acting_for is not None
    assert isinstance(done.acting_for.principal, CompanyView)
    assert done.acting_for.principal.tax_id == "22099131"
    assert done.acting_for.representative.uuid == done.person.uuid


def test_a_closed_account_does_not_open(provider):
    done = actions.accept_sign_in(statement=provider.sign_in(MOTHER), nonce="n", on=ON)
    models.User.objects.filter(pk=done.account).update(is_active=False)
    with pytest.raises(Refused, match=r"identity\.account_closed"):
        actions.accept_sign_in(statement=provider.sign_in(MOTHER), nonce="n", on=ON)


def test_a_clerk_serves_a_person_with_the_persons_own_card(provider):
    clerk = known(CLERK, roles=(Role.CLERK,))
    done = actions.serve_at_counter(
        statement=provider.sign_in(FATHER, "nhi_card"), nonce="n", on=ON, clerk=clerk
    )
    assert models.SignIn.objects.get().assisted_by.uuid == clerk.person
    (entry,) = Disclosure.objects.filter(subject=done.person.uuid)
    assert f"assisted-by:{clerk.person}" in entry.actor


def test_who_is_no_clerk_serves_nobody_and_no_clerk_serves_themselves(provider):
    with pytest.raises(Refused, match=r"identity\.not_a_clerk"):
        actions.serve_at_counter(
            statement=provider.sign_in(FATHER), nonce="n", on=ON, clerk=known(MOTHER)
        )
    clerk = known(CLERK, roles=(Role.CLERK,))
    with pytest.raises(Refused, match=r"identity\.clerk_serves_themselves"):
        actions.serve_at_counter(statement=provider.sign_in(CLERK), nonce="n", on=ON, clerk=clerk)


def test_only_its_owner_closes_a_sign_in(provider):
    done = actions.accept_sign_in(statement=provider.sign_in(MOTHER), nonce="n", on=ON)
    with pytest.raises(Refused, match=r"identity\.no_such_sign_in"):
        actions.sign_out(sign_in=done.sign_in, by=known(FATHER))
    actions.sign_out(sign_in=done.sign_in, by=known(MOTHER))
    assert models.SignIn.objects.get().ended_at is not None


def test_simulated_credentials_open_nothing_outside_the_demo(provider, settings):
    statement = provider.sign_in(MOTHER)
    settings.DEMO = False
    with pytest.raises(Refused, match=r"identity\.provider_unknown"):
        actions.accept_sign_in(statement=statement, nonce="n", on=ON)
