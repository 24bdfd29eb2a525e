"""Options of scripts for what a verdict holds to be equal and sure, and which difference they look for."""

import argparse
import math
from typing import TYPE_CHECKING

from augury.command.errors import UserError
from augury.tables.measures import MEASURES

if TYPE_CHECKING:
    from augury.verdict.known import Known

MOST_LOOKS = 20
ABOVE_0 = ("test_to_train", "train_specimens")
SHARES = ("margin", "alpha", "power", "target_difference")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Those of judge_arms."""
    parser.add_argument(
        "--margin", type=float, default=0.01, help="difference that does not matter (default: 0.01, one point)"
    )
    parser.add_argument(
        "--target-difference", type=float, default=0.05, help="gain worth having (default: 0.05, five points)"
    )
    parser.add_argument("--alpha", type=float, default=0.05, help="how often a word may be wrong (default: 0.05)")
    parser.add_argument("--power", type=float, default=0.8, help="power of what would settle it (default: 0.8)")
    parser.add_argument(
        "--test-to-train", type=float,
        help="test specimens over training specimens of a split (default: read off what other splits judge)",
    )  # fmt: skip
    parser.add_argument(
        "--primary-measures", nargs="+", default=["accuracy"], metavar="MEASURE", choices=MEASURES,
        help=f"measures that the study was made for, corrected together, of {', '.join(MEASURES)} (default: accuracy)",
    )  # fmt: skip
    parser.add_argument(
        "--primary-classifiers", nargs="+", default=[], metavar="NAME", help="likewise (default: the first)"
    )
    parser.add_argument("--controls", nargs="+", default=[], metavar="ARM", help="arms that are a family of their own")
    add_known(parser)
    parser.add_argument(
        "--planned-looks", type=int, default=1, metavar="N",
        help="how often the study is to be judged while splits are added (default: 1); the first entry of --looks "
        "keeps it",
    )  # fmt: skip
    parser.add_argument(
        "--planned-splits", type=int, metavar="N",
        help="splits at the last of these looks (default: as many for each look as there are at the first)",
    )  # fmt: skip
    add_variance(parser)


def add_variance(parser: argparse.ArgumentParser) -> None:
    """What is allowed for other training sets, and the bootstrap."""
    parser.add_argument(
        "--training-set-variance", type=float, default=0.5,
        help="of the gain between training sets, in units of one specimen's variance over their size (default: 0.5); 0 "
        "judges these training sets alone",
    )  # fmt: skip
    parser.add_argument("--replicates", type=int, default=2000, help="bootstrap replicates (default: 2000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the bootstrap (default: 0)")


def add_known(parser: argparse.ArgumentParser) -> None:
    """What predictions do not say of their runs."""
    parser.add_argument(
        "--caution", nargs=2, action="append", default=[], metavar=("ARM", "TEXT"), help="what the verdict repeats"
    )
    parser.add_argument(
        "--generator-seeds", nargs="+", action="append", default=[], metavar="WORD",
        help="an arm and, for each seed, that of its generator, as in: dcgan 0=0 1=0 2=0",
    )  # fmt: skip
    parser.add_argument(
        "--deterministic", nargs="*", metavar="CLASSIFIER",
        help="classifiers in whose training nothing is random: one run of a training set is enough, and stands for "
        "other seeds; without a name, that of predictions from elsewhere",
    )  # fmt: skip
    parser.add_argument(
        "--copied", nargs="+", default=[], metavar="ARM", help="arms whose offline copies are random all the same"
    )
    parser.add_argument(
        "--train-specimens", type=float,
        help="training specimens of a split (default: as classifier.json says, or what other splits judge)",
    )  # fmt: skip


def known(args: argparse.Namespace) -> "Known":
    """The same. Raises UserError for a word that says no seeds."""
    from augury.verdict.known import Known

    generators = {arm: dict(map(_seeds, words)) for arm, *words in args.generator_seeds}
    deterministic = () if args.deterministic is None else args.deterministic or ("",)
    return Known(dict(args.caution), generators, args.train_specimens, deterministic=deterministic, copied=args.copied)


def _seeds(word: str) -> tuple[int, int]:
    seed, equals, of_generator = word.partition("=")
    if not (equals and seed.isdecimal() and of_generator.isdecimal()):
        raise UserError(f"--generator-seeds has '{word}'; write SEED=SEED, as in 1=0")
    return int(seed), int(of_generator)


def check(args: argparse.Namespace) -> None:
    """Raises UserError for a value that has no meaning."""
    for name in SHARES:
        if not 0 < getattr(args, name, 0.5) < 1:
            raise UserError(f"--{name} is {getattr(args, name)}; it must lie between 0 and 1")
    if not 1 <= getattr(args, "planned_looks", 1) <= MOST_LOOKS or (getattr(args, "planned_splits", 1) or 1) < 1:
        raise UserError(f"--planned-looks must lie between 1 and {MOST_LOOKS}, and --planned-splits be at least 1")
    if not 0 <= args.training_set_variance < math.inf or args.replicates < 2 or args.seed < 0:
        raise UserError("--training-set-variance and --seed must be at least 0, --replicates 2")
    for name in ABOVE_0:
        if (value := getattr(args, name, None)) is not None and not 0 < value < math.inf:
            raise UserError(f"--{name.replace('_', '-')} is {value}; it must be above 0")


class Sides(argparse.Action):
    """Keeps --baseline and --arm in the order in which they stand."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        given = getattr(namespace, self.dest)
        if not given and option_string != "--baseline":
            parser.error(f"{option_string} stands before its --baseline; name the baseline first")
        setattr(namespace, self.dest, [*given, (option_string, values)])
