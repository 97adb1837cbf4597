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


def test_three_failing_answers_in_a_row_restart() -> None:
    watch = Watch()

    assert [watch.verdict(503), watch.verdict(503)] == [None, None]
    assert "does not get on" in str(watch.verdict(503))


def test_one_good_answer_in_between_starts_the_count_again() -> None:
    watch = Watch()

    answers = [503, 503, 200, 503, 503, None, 503, 503]
    assert [watch.verdict(status) for status in answers] == [None] * len(answers)


def test_silence_restarts_only_after_two_minutes() -> None:
    watch = Watch()

    assert [watch.verdict(None) for _ in range(23)] == [None] * 23
    assert "has not answered" in str(watch.verdict(None))
