"""What is lost of a cluster's profile where the command line stands in for it, and of trainings in storage."""

from collections.abc import Sequence

from augury.planning.engine import Engine
from augury.planning.forecast.costs import Costs
from augury.planning.forecast.foretold import duration

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


def storage_remarks(engine: Engine, costs: Costs) -> list[str]:
    """A sentence where jobs that keep no state would end before a training: in storage none goes on from another's."""
    longest = engine.limit("runtime")
    if not (engine.on_cluster and engine.stores) or longest is None:
        return []
    too_long = {kind: seconds for kind, (_, seconds) in costs.kinds.items() if seconds > 60 * longest}
    if not too_long:
        return []
    kind, seconds = max(too_long.items(), key=lambda entry: entry[1])
    return [
        f"{kind[0]} {' '.join(kind[1:])} takes about {duration(seconds)} ({costs.source}) where a job lasts "
        f"{duration(60 * longest)} at most, and in storage the next one begins anew: raise `runtime` in the profile's "
        "`resources`, or keep results on a shared disk"
    ]
