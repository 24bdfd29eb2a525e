"""When snapshots of a generator are kept. Standard library only: plans read it too."""

from typing import Any


def places(settings: dict[str, Any]) -> list[int]:
    """Snapshots in the unit of the generator's duration, ascending: those named, and every n up to before the end."""
    if "duration" not in settings:  # nothing is trained
        return []
    every = settings["snapshot_every"]
    count = int(settings["duration"] // every) if every else 0
    regular = [every * number for number in range(1, count + 1) if every * number < settings["duration"]]
    return sorted({*settings["snapshots"], *regular})


def problems(settings: dict[str, Any]) -> list[tuple[str, str]]:
    """Snapshots that are never reached, as pairs of a key and a sentence."""
    late = [place for place in settings["snapshots"] if place > settings["duration"]]
    if not late:
        return []
    end = f"the training ends at {settings['duration']:g} {settings['duration_unit']}"
    return [("snapshots", f"{late[0]} is never reached, as {end}; take it out or raise `duration`")]
