from tests.faults.pace import Sample, longest_stall, recovery


def samples(*counts: int | None, expected: int = 10) -> list[Sample]:
    """One a second, from second 0 on."""
    return [Sample(float(at), count, expected) for at, count in enumerate(counts)]


def test_the_longest_stall_is_the_longest_time_without_a_new_complete_article() -> None:
    assert longest_stall(samples(1, 2, 2, 2, 5, 5, 10)) == 3


def test_no_answer_is_no_progress() -> None:
    assert longest_stall(samples(1, 2, None, None, None, 5, 10)) == 4


def test_time_before_the_first_article_and_after_the_last_is_no_stall() -> None:
    assert longest_stall(samples(0, 0, 0, 0, 5, 10, 10, 10, 10)) == 1


def test_articles_that_never_come_are_a_stall_until_the_end() -> None:
    assert longest_stall(samples(1, 2, 2, 2, 2, 2)) == 4


def test_a_number_that_falls_because_newer_versions_came_may_rise_again() -> None:
    assert longest_stall(samples(8, 3, 4, 5, 10)) == 2


def test_recovery_lasts_from_the_end_of_the_fault_to_the_next_complete_article() -> None:
    assert recovery(samples(1, 2, None, None, 2, 2, 3, 10), [3.5]) == 2.5


def test_of_several_faults_the_slowest_recovery_counts() -> None:
    assert recovery(samples(1, 2, 2, 3, 3, 3, 3, 4, 10), [1.5, 3.5]) == 3.5


def test_where_nothing_was_missing_any_more_there_is_nothing_to_recover() -> None:
    assert recovery(samples(1, 5, 10, 10, 10), [3.5]) == 0


def test_what_never_recovers_is_counted_to_the_end() -> None:
    assert recovery(samples(1, 5, 5, 5, 5), [1.5]) == 2.5
