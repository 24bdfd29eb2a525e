"""Print the reference of all config keys, with values, defaults and meanings, as Markdown.

Made from the models of settings; writes to standard output. docs/keys.md ends with what it prints.

    python workflow/scripts/describe_config.py
"""

import sys

from augury.settings.reference import markdown


def main() -> None:
    if len(sys.argv) > 1:
        print(__doc__)
        return
    print(markdown(), end="")


if __name__ == "__main__":
    main()
