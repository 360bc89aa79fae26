"""Addresses of the back office: `docs/reference/pages.md` says what each is for."""

from django.urls import path

from minben.office import appointments, case, protection, queue, tables

urlpatterns = [
    path("", queue.start, name="office"),
    path("find", queue.find, name="find"),
    path("tasks/<uuid:task>/done", queue.done, name="task-done"),
    path("runs", queue.runs, name="runs"),
    path("payments", queue.payments, name="payments"),
    path("cases/<str:reference>", case.case, name="office-case"),
    path("cases/<str:reference>/override", case.override, name="override"),
    path("cases/<str:reference>/overrides/<uuid:uuid>", case.second_eyes, name="second-eyes"),
    path("cases/<str:reference>/decisions/<uuid:decision>/confirm", case.confirm, name="confirm"),
    path("cases/<str:reference>/appeals/<uuid:appeal>", case.answer, name="answer-appeal"),
    path("cases/<str:reference>/objection", case.objection, name="settle-objection"),
    path("register", protection.register, name="register"),
    path("appointments", appointments.appointments, name="appointments"),
    path("appointments/end", appointments.dismiss, name="dismiss"),
    path("mandates", protection.mandates, name="mandates"),
    path("unusual", protection.unusual, name="unusual"),
    path("tables", tables.tables, name="tables"),
    path("tables/<slug:pack>/<str:month>", tables.table, name="table"),
    path("tables/<slug:pack>/<str:month>/<slug:rule>.dmn", tables.dmn, name="dmn"),
]
