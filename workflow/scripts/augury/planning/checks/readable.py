"""Whether a config file can be read at all, and at which line not: Snakemake says that it cannot, and no more."""

from pathlib import Path

import yaml


def unreadable(path: Path) -> str | None:
    """What is wrong with it, in a sentence; None where it is YAML (or JSON) with keys at its top level."""
    if not path.is_file():
        return f"there is no config file {path}; name one that is there"
    try:
        content = yaml.safe_load(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return f"{path}, line {line}, has a letter in another encoding than UTF-8; save the file as UTF-8"
    except OSError as error:
        return f"{path} cannot be read ({error.strerror}); name a config file that can be"
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f", line {mark.line + 1}" if mark else ""
        return f"{path}{place}, is no YAML: {error.problem}; {_remedy(error)}"
    except yaml.YAMLError as error:
        return f"{path} is no YAML: {' '.join(str(error).split())}; mend it"
    if not isinstance(content, dict):
        return f"{path} has no keys at its top level; write at least `images: FOLDER`"
    return None


def _remedy(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.problem}"
    if "'\\t'" in said:
        return "indent with blanks, not with a tab"
    if "alias" in said:
        return "put what begins with * into quotes, or define its anchor above"
    return "check indentation, brackets and quotes there and in the line above, and that a blank follows each colon"
