"""The study that `snakemake --configfile FILES --config KEY=VALUE` would run, for scripts that are started by hand."""

import sys
from collections.abc import Sequence
from pathlib import Path

from augury.command.errors import UserError
from augury.planning.checks.readable import unreadable
from augury.planning.checks.repeated import repeated_keys
from augury.planning.checks.written import misread, texts_of
from augury.planning.ownership import DEFAULT
from augury.planning.reading import plan_study
from augury.planning.study import Study


def study_of(files: Sequence[Path], words: Sequence[str]) -> Study:
    """files: config files in their order, without any the default study's; words: KEY=VALUE, laid over them.

    Raises UserError with all that is wrong with them.
    """
    # Snakemake's own reading of both, so that the study is the same.
    from snakemake.cli import parse_config
    from snakemake.common.configfile import load_configfile
    from snakemake.exceptions import WorkflowError
    from snakemake.utils import update_config

    files = list(files) or [Path(DEFAULT)]
    if wrong := [*filter(None, map(unreadable, files))]:
        raise UserError("\n".join(wrong))
    config: dict = {}
    try:
        for path in files:
            update_config(config, load_configfile(path))
        update_config(config, parse_config(words))
    except (WorkflowError, ValueError, OSError) as error:
        raise UserError(f"{' '.join(str(error).split())}; write what follows `--config` as KEY=VALUE") from None
    study, mistakes = plan_study(config, texts_of(files))
    mistakes = repeated_keys(files) + mistakes + misread(sys.argv)
    if mistakes or study is None:
        raise UserError("\n".join(mistakes))
    return study
