"""Which of several candidates for one place is kept."""

from bisect import bisect_left

Candidate = tuple[int, int, float, str, str]
"""Start, end, score, entity type, recognizer."""


def without_overlaps(candidates: list[Candidate]) -> list[Candidate]:
    """Sort candidates and keep the best of those that overlap: the surer, then the longer."""
    candidates.sort()
    kept: list[Candidate] = []
    cluster: list[Candidate] = []
    cluster_end = 0
    for candidate in candidates:
        if candidate[0] >= cluster_end:
            if len(cluster) > 1:
                kept.extend(_best(cluster))
            else:
                kept.extend(cluster)
            cluster = [candidate]
            cluster_end = candidate[1]
        else:
            cluster.append(candidate)
            cluster_end = max(cluster_end, candidate[1])
    kept.extend(_best(cluster))
    return kept


def without_rivals(candidates: list[Candidate], preferred: frozenset[str]) -> list[Candidate]:
    """Drop what preferred recognizers take for something else, however sure the others are."""
    taken = {each[:2] for each in candidates if each[4] in preferred}
    return [each for each in candidates if each[4] in preferred or each[:2] not in taken]


def _best(cluster: list[Candidate]) -> list[Candidate]:
    if len(cluster) <= 1:
        return cluster
    kept: list[Candidate] = []
    starts: list[int] = []
    for candidate in sorted(cluster, key=_rank):
        at = bisect_left(starts, candidate[1])
        if at and kept[at - 1][1] > candidate[0]:
            continue
        kept.insert(at, candidate)
        starts.insert(at, candidate[0])
    return kept


def _rank(candidate: Candidate) -> tuple[float, int, int, str]:
    start, end, score, _, name = candidate
    return -score, start - end, start, name
