from tidings_local.watching import Backoff, Watch


def test_pauses_double_from_one_second_to_thirty() -> None:
    backoff = Backoff()

    assert [backoff.after(lived_seconds=2) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_minute_of_life_begins_the_pauses_anew() -> None:
    backoff = Backoff()
    for _ in range(5):
        backoff.after(lived_seconds=2)

    assert backoff.after(lived_seconds=61) == 1
    assert backoff.after(lived_seconds=2) == 2


def test_silence_restarts_only_after_two_minutes() -> None:
    watch = Watch()

    assert [watch.verdict(answers=False) for _ in range(23)] == [None] * 23
    assert "has not answered" in str(watch.verdict(answers=False))


def test_one_answer_in_between_starts_the_count_again() -> None:
    watch = Watch()

    answers = [*[False] * 23, True, *[False] * 23]
    assert [watch.verdict(answers=one) for one in answers] == [None] * len(answers)
