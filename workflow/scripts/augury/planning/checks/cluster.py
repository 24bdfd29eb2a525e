"""What is lost of a cluster's profile where the command line stands in for it."""

from collections.abc import Sequence

from augury.planning.engine import Engine

INSTEAD = "on the command line replaces all that the profile says there; edit the profile instead"


def cluster_remarks(engine: Engine, words: Sequence[str]) -> list[str]:
    """Sentences about the words of a command line; none where jobs are not submitted."""
    if not engine.on_cluster:
        return []
    remarks = []
    if any(word.partition("=")[0] == "--set-resources" for word in words):
        remarks.append(f"--set-resources {INSTEAD}: GPUs and partitions of its `set-resources` are not asked for")
    if engine.limit("runtime") is None:
        remarks.append(
            "jobs have no longest time, and may ask for more than a partition allows: the profile has no "
            f"`resources: [runtime=...]`, or --resources {INSTEAD}"
        )
    return remarks
