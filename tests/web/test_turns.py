"""Questions are worked on in the order in which they came, so many at once."""

from __future__ import annotations

from threading import Event, Thread

from kb.web.turns import Turns


def test_whoever_has_waited_longest_is_next() -> None:
    turns = Turns(1)
    order: list[int] = []
    began: list[Thread] = []

    def work(number: int) -> None:
        with turns:
            order.append(number)

    with turns:
        for number in range(8):
            thread = Thread(target=work, args=(number,))
            thread.start()
            while len(turns._waiting) <= number:  # it stands in line before the next one comes
                thread.join(0.001)
            began.append(thread)
    for thread in began:
        thread.join(10)
    assert order == list(range(8))


def test_only_so_many_work_at_once_and_a_failure_gives_its_place_back() -> None:
    turns, busy, go = Turns(2), [Event(), Event(), Event()], Event()

    def work(number: int) -> None:
        with turns:
            busy[number].set()
            assert go.wait(10)

    threads = [Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads[:2]:
        thread.start()
    assert busy[0].wait(10)
    assert busy[1].wait(10)
    threads[2].start()
    assert not busy[2].is_set()
    go.set()
    for thread in threads:
        thread.join(10)
    assert busy[2].is_set()
    try:
        with turns:
            raise ValueError
    except ValueError:
        pass
    with turns, turns:  # both places are free again
        pass
