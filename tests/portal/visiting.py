"""Browsers for tests: a client whose session holds a person, as sign-in leaves it."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import timezone

from minben.base.identifiers import national_id
from minben.identity import models, queries, session
from minben.identity.actions.offices import install
from minben.identity.actions.people import find_or_create_person
from minben.identity.actions.signing_in import SignedIn
from minben.identity.types import Method, PersonView, Role

DAY = date(2022, 9, 15)


def somebody(serial: int = 1, name: str = "示例．美玲", sex: int = 2) -> PersonView:
    number = national_id(letter="L", sex=sex, serial=serial)
    return find_or_create_person(number=number, on=DAY, name=name)


def official(role: Role, serial: int = 900, agency: str = "child-welfare") -> PersonView:
    person = somebody(serial, name=f"示例．{role.text.zh}")
    install(person=person.uuid, role=role, agency=agency)
    return person


def browser_of(person: PersonView, method: Method = Method.CITIZEN_CERTIFICATE) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-TW")
    row = queries.row_of(person.uuid)
    account = models.User.objects.filter(person=row).first()
    account = account or models.User.objects.create_for(row)
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = AnonymousUser()
    sign_in = models.SignIn.objects.create(person=row, method=method, level=method.level)
    entered = SignedIn(sign_in.uuid, person, account.pk, method, method.level, timezone.now())
    session.open_for(request, entered)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return client
