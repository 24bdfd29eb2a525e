"""The frame of a script: arguments, a log file, a header that says what ran where, and exit codes.

Exit codes: 0 done, 1 a fault, 2 a mistake of the user's, 143 stopped by a signal with its state saved.
"""

import argparse
import contextlib
import dataclasses
import errno
import io
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, TextIO

from augury.command import peers, time_limit
from augury.command.allocation import keep_freed_memory
from augury.command.compiler import leave_out_compiler
from augury.command.errors import Ended, Stopped, UserError
from augury.command.parent import end_with_parent
from augury.command.words import NEXT, WORDS_FROM, rounds, with_words

_console: TextIO = sys.stderr  # what a person watches; the log file, when there is one, takes stdout and stderr
_log_path: Path | None = None
_rounds_begun = 0  # of run(), whose log and watches are those of the first
# In a log's first line and in its last, by which a plan knows how a step ended (planning.forecast.tries).
JOB, ENDED = "SLURM job", "ended with exit code"
_REMEDIES = {errno.ENOSPC: "free some space and start again; what was saved is kept"}
_REMEDIES[errno.EDQUOT] = "your quota is used up: " + _REMEDIES[errno.ENOSPC]
_REMEDIES[errno.EFBIG] = "raise the limit of a file's size (`ulimit -f` shows it) and start again"
_REMEDIES |= dict.fromkeys((errno.EROFS, errno.EACCES), "mend its permissions, or name another place")
_REMEDIES |= dict.fromkeys((errno.EEXIST, errno.ENOTDIR), "a folder is meant there: name another place")
_REMEDIES[errno.EISDIR] = "a file is meant there: name another place"
_MISSING = "install the pins of envs/requirements.txt there, or let conda make environments: snakemake --sdm conda"


def parser(description: str) -> argparse.ArgumentParser:
    """An argument parser with the module's docstring as its help and the options that all scripts share."""
    made = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    made.add_argument("--log", type=Path, help="write everything that is printed to this file (default: the terminal)")
    made.add_argument(
        "--threads", type=int, default=_cores(), help="CPU threads to use (default: all that this process may use)"
    )
    made.add_argument(
        WORDS_FROM, metavar="FILE", help="more words of this command line, in place of these two: a JSON list of texts"
    )
    made.add_argument(
        NEXT,
        action="store_true",
        default=argparse.SUPPRESS,
        help="run once more, in this process, with the words that follow and those before the first --next",
    )
    return made


def start(
    made: argparse.ArgumentParser, packages: tuple[str, ...] = (), argv: list[str] | None = None, divides: bool = False
) -> argparse.Namespace:
    """Parse the command line, move output to the log and write the log's header.

    packages: the distributions whose versions belong into the header. divides: whether the script divides its work
    among --threads by itself, so that libraries have one each. Returns the parsed arguments.
    """
    args = made.parse_args(with_words(sys.argv[1:] if argv is None else argv))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may hold bytes that are no text
    if args.threads < 1:
        made.error("--threads must be at least 1")
    args.threads = max(1, args.threads // peers.count())
    _limit_threads(1 if divides else args.threads)
    keep_freed_memory()
    leave_out_compiler()
    if _rounds_begun > 1:
        return args
    if peers.is_member() or peers.starts_others():
        _join(args.log)
    else:
        if args.log:
            _redirect(args.log)
        time_limit.watch(tell)
    end_with_parent(tell)
    words = [
        f"{Path(sys.argv[0]).name} on {platform.node()}",
        f"prefix {sys.prefix}",
        f"python {platform.python_version()}",
    ]
    words += [f"{name} {version(name)}" for name in packages]
    words += [f"threads {args.threads}"]
    words += [f"{JOB} {time_limit.job()}"] if time_limit.job() else []
    print(_dated(", ".join(words)), flush=True)
    return args


def named(args: argparse.Namespace, kind: type) -> dict[str, Any]:
    """The options that have the names of a dataclass's fields."""
    return {field.name: getattr(args, field.name) for field in dataclasses.fields(kind) if hasattr(args, field.name)}


def run(main: Callable[[], None]) -> None:
    """Call main and turn what it raises into an exit code; a fault's traceback goes to the log.

    Once for each --next of the command line; the first one that fails is the last.
    """
    global _rounds_begun
    try:
        for words in rounds(with_words(sys.argv[1:])):
            sys.argv[1:] = words
            _rounds_begun += 1
            main()
        _log_end(0)
    except UserError as error:
        _end(f"error: {error}", 2)
    except Ended as ended:
        _end(str(ended), ended.code)
    except Stopped as stopped:
        if not peers.rank():
            _say(str(stopped))
        time_limit.queue_again(tell)
        _end("", 143)
    except KeyboardInterrupt:
        _end("interrupted", 130)
    except Exception as fault:
        if isinstance(fault, OSError) and fault.errno in _REMEDIES:
            what = fault.filename or "a file"
            _end(f"error: {what} cannot be used ({fault.strerror}); {_REMEDIES[fault.errno]}", 2)
        if isinstance(fault, ModuleNotFoundError) and not (fault.name or "augury").startswith("augury"):
            _end(f"error: {sys.executable} has no module {fault.name}; {_MISSING}", 2)
        with contextlib.suppress(OSError):
            traceback.print_exc()
        where = f" (details in {_log_path})" if _log_path else ""
        _end(f"fault: {type(fault).__name__}: {fault}{where}", 1)


def tell(message: str) -> None:
    """Say something to the person who watches, and to the log. A closed terminal is no reason to fail."""
    _quietly_print(message, sys.stdout)
    if _console is not sys.stderr:
        _quietly_print(message, _console)


def console_is_terminal() -> bool:
    """Whether a progress bar can be drawn: a person watches this very process."""
    return _log_path is None and sys.stderr.isatty()


def console_path() -> str:
    """By which another process of this machine can speak to the person who watches; nothing where it cannot."""
    path = f"/proc/{os.getpid()}/fd/{_console.fileno()}"
    return path if os.path.exists(path) else ""


def log_path() -> Path | None:
    """The log file of this run, or None when everything goes to the terminal."""
    return _log_path


def _redirect(path: Path) -> None:
    # At the level of file descriptors, so that what C libraries print lands in the log as well.
    global _console, _log_path
    path.parent.mkdir(parents=True, exist_ok=True)
    _console = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    sys.stdout.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    _log_path = path


def _join(log: Path | None) -> None:
    # One of several processes, whose output goes where that of their starter goes. The first speaks for all of them;
    # of the others, what they say of a fault is kept.
    global _console, _log_path
    if peers.rank() or peers.starts_others():
        if not peers.starts_others():
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (stays open as long as the process)
        return
    _log_path = log
    with contextlib.suppress(OSError):
        _console = open(os.environ.get(peers.CONSOLE, ""), "a", buffering=1, errors="backslashreplace")  # noqa: SIM115


def _limit_threads(threads: int) -> None:
    # Read by these libraries when they are first imported, which happens after this call.
    libraries = ("OMP", "MKL", "OPENBLAS", "BLIS", "NUMEXPR", "NUMBA")
    for name in (*(f"{library}_NUM_THREADS" for library in libraries), "OPENCV_FOR_THREADS_NUM"):
        os.environ[name] = str(threads)


def _cores() -> int:
    # A scheduler gives a process some of a machine's cores; macOS cannot tell which.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def version(name: str) -> str:
    """Of a distribution, or `missing`."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _quietly_print(message: str, stream: TextIO) -> None:
    with contextlib.suppress(OSError):
        print(message, file=stream, flush=True)


def _say(message: str) -> None:
    _quietly_print(message, sys.stderr)
    if _console is not sys.stderr:
        _quietly_print(message, _console)


def _end(message: str, code: int) -> None:
    if message:
        _say(message)
    _log_end(code)
    sys.exit(code)


def _log_end(code: int) -> None:
    if _log_path:
        _quietly_print(_dated(f"{ENDED} {code}"), sys.stdout)


def _dated(message: str) -> str:
    return f"[{time.strftime('%Y-%m-%d %H:%M:%S')}] {message}"
