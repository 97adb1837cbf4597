from hypothesis import given
from hypothesis import strategies as st

from tidings.portions import portions


@given(st.lists(st.integers(0, 9)), st.integers(1, 5), st.integers(1, 20))
def test_everything_comes_once_in_its_order_and_no_list_is_longer_than_it_may(
    sizes: list[int], most: int, most_bytes: int
) -> None:
    lists = list(portions(sizes, lambda size: size, most=most, most_bytes=most_bytes))
    assert [size for some in lists for size in some] == sizes
    assert all(0 < len(some) <= most for some in lists)
    assert all(sum(some[:-1]) < most_bytes for some in lists)
