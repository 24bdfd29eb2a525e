"""Options of scripts that are the config's `statistics`, whose model has their ranges and defaults."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from augury.study.statistics import Statistics


def add_bootstrap(parser: argparse.ArgumentParser) -> None:
    """What intervals are computed by."""
    parser.add_argument("--bootstrap", type=int, metavar="N", help="bootstrap replicates (default: as in the config)")
    parser.add_argument("--seed", type=int, help="seed of the bootstrap (default: as in the config)")


def statistics(args: argparse.Namespace) -> "Statistics":
    """The settings that the options of a script give. Raises UserError for a value out of its range."""
    from augury.settings.reading import checked
    from augury.study.statistics import Statistics

    given = vars(args)
    named = {key: given.get(key) for key in Statistics.model_fields}
    named["looks"] = given.get("planned_looks")  # `--looks` is their table
    named["primary"] = _without_none({key: given.get(f"primary_{key}") for key in ("measures", "classifiers")})
    return checked(_without_none(named), Statistics)


def _without_none(given: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in given.items() if value is not None}
