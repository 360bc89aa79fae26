"""The visitor reads pages as a plain browser would, and the story knows what is missing."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from minben.demo.stage import environment_of
from minben.demo.telling import Told
from minben.demo.visitor import Lost, Visitor

FORM = """<html><body><script>no words</script><h1>登入 Sign in</h1><a href="/next">next</a>
<form method="post" action="/go"><input type="hidden" name="token" value="t1">
<input type="radio" name="method" value="card" checked>
<input type="radio" name="method" value="phone"><input name="serial" value="">
<button name="verb" value="accept">Go</button></form></body></html>"""


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._say(FORM)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(f"<p>{sent}</p>")

    def _say(self, page: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def origin() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_form_is_sent_with_what_it_holds_and_what_was_typed(origin: str) -> None:
    with Visitor(origin) as browser:
        page = browser.get("/")
        assert "no words" not in page.text
        assert page.link("next") == "/next"
        after = browser.submit(page, page.form("serial"), {"serial": "TP1"})
    assert after.text == "token=t1&method=card&serial=TP1&verb=accept"


def test_what_is_not_on_a_page_is_named(origin: str) -> None:
    with Visitor(origin) as browser:
        page = browser.get("/")
        with pytest.raises(Lost, match="no link"):
            page.link("/offers/")
        with pytest.raises(Lost, match="no form"):
            page.form("pin")


def _whole(month: str, *asked: str) -> Told:
    return Told(
        on=f"{month}-15",
        month=month,
        offers=[{"zh": "每月 5,000", "en": "5,000 a month"}],
        asked=[
            {"key": key, "zh": "？", "en": "?", "provider": "銀行", "only_yes_no": True}
            for key in asked
        ],
        not_asked=["所得稅｜income tax"],
        amount=5000,
        payment={"line": "5,000"},
        proof={"verified": True, "words": "完整"},
    )


def test_in_2022_both_parents_tax_must_be_asked() -> None:
    assert _whole("2022-09", "mother.tax_rate>=20", "father.tax_rate>=20").missing == []
    assert _whole("2022-09", "mother.tax_rate>=20").missing == ["asked: tax of both parents"]


def test_in_2024_nobody_may_ask_for_tax() -> None:
    assert _whole("2024-02", "owns_account").missing == []
    (gap,) = _whole("2024-02", "mother.tax_rate>=20").missing
    assert "tax" in gap


def test_a_story_without_payment_or_proof_is_not_whole() -> None:
    told = Told(on="2022-09-15", month="2022-09")
    assert {"offers", "amount", "payment", "proof"} <= set(told.missing)
    assert Told.from_json(told.to_json()) == told
    assert any("MISSING" in line for line in told.lines())


def test_a_story_gets_ports_of_its_own(tmp_path: Any) -> None:
    environment = environment_of(tmp_path, "2022-09-15")
    agencies = int(environment["MINBEN_AGENCY_PORT"])
    ports = {int(environment["MINBEN_PORT"]), *range(agencies, agencies + 6)}
    assert len(ports) == 7
