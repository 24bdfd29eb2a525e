"""Print the reference of all config keys as Markdown, with values, defaults, meanings; or a JSON schema for editors.

Made from the models of settings; writes to standard output, or, as `make reference` does, both files of the project.

    python workflow/scripts/describe_config.py
    python workflow/scripts/describe_config.py --json
    python workflow/scripts/describe_config.py --write       # docs/keys.md and config/schema.json
"""

import json
import sys
from pathlib import Path

from augury.command.files import atomic
from augury.settings.json_schema import json_schema
from augury.settings.reference import markdown

ROOT = Path(__file__).resolve().parents[2]
MARK = "describe_config.py -->\n"  # what stands above it in docs/keys.md is written by hand


def main() -> None:
    if sys.argv[1:] == ["--json"]:
        print(schema(), end="")
    elif sys.argv[1:] == ["--write"]:
        write(ROOT)
    elif len(sys.argv) > 1:
        print(__doc__)
    else:
        print(markdown(), end="")


def schema() -> str:
    """The schema's text."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def write(root: Path) -> None:
    """Bring both files of a checkout up to date; where a family cannot be read, neither changes."""
    page = root / "docs" / "keys.md"
    head = page.read_text(encoding="utf-8").partition(MARK)[0]
    made = {page: head + MARK + markdown(), root / "config" / "schema.json": schema()}
    for path, text in made.items():
        with atomic(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
