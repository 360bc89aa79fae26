"""Verbs of the room. Each runs in one transaction; those about a person end on the trail."""

from minben.identity.actions.offices import appoint, dismiss, install
from minben.identity.actions.passkeys import enrol_passkey, remove_passkey
from minben.identity.actions.people import (
    find_or_create_person,
    link_number,
    record_family,
    record_household,
    record_person,
)
from minben.identity.actions.presence import begin_presence, confirm_presence, serve_present
from minben.identity.actions.representing import (
    accept_power_of_attorney,
    end_representation,
    give_power_of_attorney,
    record_company_agent,
    record_guardians,
)
from minben.identity.actions.signing_in import (
    accept_passkey,
    accept_sign_in,
    link_shown_number,
    serve_at_counter,
    sign_out,
)

__all__ = [
    "accept_passkey",
    "accept_power_of_attorney",
    "accept_sign_in",
    "appoint",
    "begin_presence",
    "confirm_presence",
    "dismiss",
    "end_representation",
    "enrol_passkey",
    "find_or_create_person",
    "give_power_of_attorney",
    "install",
    "link_number",
    "link_shown_number",
    "record_company_agent",
    "record_family",
    "record_guardians",
    "record_household",
    "record_person",
    "remove_passkey",
    "serve_at_counter",
    "serve_present",
    "sign_out",
]
