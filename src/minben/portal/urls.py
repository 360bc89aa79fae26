"""Addresses of the citizens' pages: `docs/reference/pages.md` says what each is for."""

from django.urls import path

from minben.portal import cases, frame, offers, public

urlpatterns = [
    path("", public.landing, name="landing"),
    path("life-events", public.stages, name="life-events"),
    path("life-events/<slug:key>", public.stage, name="life-event"),
    path("accessibility", public.accessibility, name="accessibility"),
    path("language", frame.language, name="language"),
    path("for-you", offers.for_you, name="for-you"),
    path("offers/<uuid:uuid>", offers.offer, name="offer"),
    path("offers/<uuid:uuid>/check", offers.check, name="check"),
    path("offers/<uuid:uuid>/decline", offers.decline, name="decline"),
    path("cases", cases.cases, name="cases"),
    path("cases/<str:reference>", cases.case, name="case"),
    path("cases/<str:reference>/received", cases.received, name="received"),
    path("cases/<str:reference>/decisions/<uuid:uuid>", cases.decision, name="decision"),
    path("cases/<str:reference>/object", cases.object_to, name="object"),
    path("cases/<str:reference>/appeal", cases.appeal, name="appeal"),
    path("cases/<str:reference>/account", cases.account, name="account-for"),
]
