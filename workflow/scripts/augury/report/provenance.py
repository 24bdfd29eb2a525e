"""What trainings began with, and on what they ran."""

from collections.abc import Mapping, Sequence


def pretrained(records: Sequence[Mapping]) -> list[tuple[str, str, str]]:
    """(architecture, source, sha256) of the weights that classifiers began with, each once."""
    sources_used: dict[tuple[str, str, str], None] = {}
    for record in records:
        weights = record.get("pretrained") or {}
        key = (
            str(record.get("architecture") or record.get("classifier")),
            str(weights.get("source", "none")),
            str(weights.get("sha256", "")),
        )
        sources_used[key] = None
    return sorted(sources_used)


def machines(records: Sequence[Mapping]) -> list[tuple[str, str, str, int]]:
    """(device, threads, precision, trainings) over all trainings."""
    counts: dict[tuple[str, str, str], int] = {}
    for record in records:
        device, threads, precision = (str(record.get(name, "unknown")) for name in ("device", "threads", "precision"))
        counts[device, threads, precision] = counts.get((device, threads, precision), 0) + 1
    return [(*key, number) for key, number in sorted(counts.items())]
