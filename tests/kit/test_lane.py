"""The provider's log survives a power cut and shows every change to it."""

import threading

import pytest

from minben.kit.lane import BrokenLane, Lane


def _filled(folder, count=3):
    lane = Lane(folder)
    for n in range(count):
        lane.append("released", key=f"k{n}", details={"n_th": n})
    lane.close()
    return folder / "00000000.jsonl"


def test_a_key_is_logged_once_even_after_reopening(tmp_path):
    _filled(tmp_path)
    lane = Lane(tmp_path)
    assert lane.append("released", key="k1", details={}).n == 1
    assert len(lane) == 3
    lane.close()


@pytest.mark.slow
def test_a_power_cut_at_every_byte_leaves_a_valid_log(tmp_path):
    whole = _filled(tmp_path / "a").read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole) + 1):
        folder = tmp_path / f"cut-{cut}"
        folder.mkdir()
        (folder / "00000000.jsonl").write_bytes(whole[:cut])
        lane = Lane(folder)
        assert len(lane) == sum(end <= cut for end in ends)
        lane.close()


@pytest.mark.parametrize("damage", ["change", "drop", "swap"])
def test_a_changed_dropped_or_swapped_line_is_found(tmp_path, damage):
    path = _filled(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    if damage == "change":
        lines[0] = lines[0].replace(b'"n_th":0', b'"n_th":9')
    elif damage == "drop":
        del lines[1]
    else:
        lines[0], lines[1] = lines[1], lines[0]
    path.write_bytes(b"".join(lines))
    with pytest.raises(BrokenLane):
        Lane(tmp_path)


def test_two_processes_never_write_the_same_lane(tmp_path):
    lane = Lane(tmp_path)
    with pytest.raises(BrokenLane, match="another process"):
        Lane(tmp_path)
    lane.close()


def test_many_writers_make_one_chain(tmp_path):
    lane = Lane(tmp_path)

    def write(name):
        for n in range(20):
            lane.append("released", key=f"{name}-{n}", details={})

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lane.close()
    reopened = Lane(tmp_path)
    assert len(reopened) == 80
    reopened.close()
