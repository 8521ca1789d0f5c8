"""`python -m tests.photos`: rows U1, U3, U4 and U5 on every picture we can make or find; a table, and status 1 on a miss."""

import sys
from collections import defaultdict

from tests.photos import corpus
from tests.photos.intake import Told, tell


def main() -> int:
    """Group by group, and at the end each picture that broke the contract."""
    groups: dict[str, list[Told]] = defaultdict(list)
    for case in (*corpus.cases(), *corpus.found()):
        groups[case.group].append(tell(case))
    print(f"{'pictures':24} {'all':>5} {'taken':>6} {'refused':>8} {'wrong':>6} {'longest':>8}")
    for name, told in groups.items():
        _line(name, told)
    everything = [one for told in groups.values() for one in told]
    _line("together", everything)
    print(f"largest child: {max(one.memory for one in everything) >> 20} MiB (at most 1,024)")
    wrong = [one for one in everything if one.wrong]
    for one in wrong:
        print(f"WRONG {one.case.group}, {one.case.name}: {'; '.join(one.wrong)}")
    return int(bool(wrong))


def _line(name: str, told: list[Told]) -> None:
    taken, refused = (sum(one.what == what for one in told) for what in (corpus.TAKEN, corpus.REFUSED))
    wrong = sum(bool(one.wrong) for one in told)
    print(
        f"{name:24} {len(told):5} {taken:6} {refused:8} {wrong:6} {max(one.seconds for one in told):6.1f} s", flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
