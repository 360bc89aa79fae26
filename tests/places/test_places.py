import pytest

from minben.base.refusal import Refused
from minben.places.queries import counties, county, township, townships


def test_taiwan_has_368_townships_in_22_counties() -> None:
    assert len(townships()) == 368
    assert len(counties()) == 22


def test_every_township_code_begins_with_its_county_code() -> None:
    assert all(place.code.startswith(place.county.code) for place in townships())
    assert all(len(place.code) == 8 and place.villages > 0 for place in townships())


def test_names_stand_in_both_languages() -> None:
    place = township("63000050")
    assert place.full_name.zh == "臺北市中正區"
    assert place.full_name.en == "Zhongzheng District, Taipei City"
    assert county("10014").name.zh == "臺東縣"


def test_an_unknown_code_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refusal:
        township("00000000")
    assert refusal.value.key == "places.unknown_township"
    with pytest.raises(Refused):
        county("1")
