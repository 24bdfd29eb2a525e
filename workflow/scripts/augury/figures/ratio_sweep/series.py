"""Names of the arms that one list of `ratios` makes."""

import re

SERIES = re.compile(r"(?P<name>.+)-x(?P<ratio>[0-9.]+(?:e[-+]?[0-9]+)?)$")
