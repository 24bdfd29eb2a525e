"""When snapshots of a generator are kept."""

from augury.generators.family import TrainedSettings


def schedule(settings: TrainedSettings) -> list[int]:
    """Snapshots in the unit of the generator's duration, ascending: those named, and every n up to before the end."""
    every = settings.snapshot_every
    count = int(settings.duration // every) if every else 0
    regular = [every * number for number in range(1, count + 1) if every * number < settings.duration] if every else []
    return sorted({*settings.snapshots, *regular})


def problems(settings: TrainedSettings) -> list[tuple[str, str]]:
    """Snapshots that are never reached, as pairs of a key and a sentence."""
    late = [each for each in settings.snapshots if each > settings.duration]
    if not late:
        return []
    end = f"the training ends at {settings.duration:g} {settings.duration_unit}"
    return [("snapshots", f"{late[0]} is never reached, as {end}; take it out or raise `duration`")]
