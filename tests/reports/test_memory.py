"""What is kept by its facts: made once, in one go for all that is missing, and no more than so many."""

from analytics.memory import Memory


def test_each_is_made_once_and_the_oldest_goes() -> None:
    asked: list[list[str]] = []

    def make(keys: list[str]) -> list[str]:
        asked.append(keys)
        return [key.upper() for key in keys]

    memory: Memory[str] = Memory(2)
    assert memory.of(["a", "b", "a"], make) == ["A", "B", "A"]
    assert memory.of(["b", "a"], make) == ["B", "A"]
    assert memory.of(["a", "c"], make) == ["A", "C"]  # b, not asked for longest, goes
    assert memory.of(["b"], make) == ["B"]
    assert asked == [["a", "b"], ["c"], ["b"]]
