"""Addresses of the citizens' pages: `docs/reference/pages.md` says what each is for."""

from django.urls import path

from minben.portal import (
    agreements,
    apply,
    cases,
    counter,
    frame,
    my_data,
    notices,
    offers,
    public,
    trail,
)

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
    path("apply/<slug:pack>", apply.apply, name="apply"),
    path("agreements", agreements.agreements, name="agreements"),
    path("agreements/<str:agreement>", agreements.agreement, name="agreement"),
    path("my-data", my_data.my_data, name="my-data"),
    path("my-data.json", my_data.as_json, name="my-data-json"),
    path("my-data.pdf", my_data.as_pdf, name="my-data-pdf"),
    path("trail", trail.trail, name="trail"),
    path("trail/bundle.json", trail.bundle, name="trail-bundle"),
    path("trail/checkpoint", trail.checkpoint, name="checkpoint"),
    path("counts", trail.counts, name="counts"),
    path("notices", notices.inbox, name="notices"),
    path("notices/<uuid:uuid>", notices.notice, name="notice"),
    path("notices/<uuid:uuid>/read", notices.read, name="notice-read"),
    path("counter", counter.counter, name="counter"),
]
