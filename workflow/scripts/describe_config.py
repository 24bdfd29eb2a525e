"""Print the reference of all config keys as Markdown, with values, defaults, meanings; or a JSON schema for editors.

Made from the models of settings; writes to standard output. `make reference` keeps docs/keys.md and config/schema.json.

    python workflow/scripts/describe_config.py
    python workflow/scripts/describe_config.py --json
"""

import json
import sys

from augury.settings.json_schema import json_schema
from augury.settings.reference import markdown


def main() -> None:
    if sys.argv[1:] == ["--json"]:
        print(json.dumps(json_schema(), indent=1, ensure_ascii=False))
    elif len(sys.argv) > 1:
        print(__doc__)
    else:
        print(markdown(), end="")


if __name__ == "__main__":
    main()
