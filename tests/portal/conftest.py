import pytest

from minben.life_events import queries as life_events
from minben.life_events.types import HomeView, ReceiptView
from portal.visiting import browser_of, somebody
from ui import samples


@pytest.fixture(autouse=True)
def _static_folder(settings):
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def mother(db):
    return somebody()


@pytest.fixture
def browser(mother):
    return browser_of(mother)


@pytest.fixture
def sample_rooms(monkeypatch):
    """Life events that answer with samples, so that pages are tried without a whole town."""
    mine = samples.my_case()
    offers = tuple(samples.offer(s) for s in ("open", "waiting", "paid_without_asking"))
    home = HomeView(offers, (mine,), mine.tasks, (samples.notice(),), (samples.draft(),))
    receipt = ReceiptView(
        samples.REFERENCE, samples.DAY, True, "示例．櫃檯", samples.PACK, samples.PACK
    )
    answers = {
        "home": lambda actor: home,
        "offer": lambda actor, uuid: samples.offer(),
        "my_cases": lambda actor: (mine,),
        "case": lambda actor, reference: mine,
        "draft": lambda actor, key: None,
        "receipt": lambda actor, reference: receipt,
        "catalogue": samples.stages,
        "for_you": lambda actor: offers,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(life_events, name, answer)
    return mine
