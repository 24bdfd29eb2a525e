"""Which rows show one specimen: what the guard compares, and what bootstraps, curves and counts take for one.

A name that a regular expression or a table gives is the specimen's in every class. What is found by likeness, and any
name of a foreign table, counts within its class.
"""

NAMED = "g:"  # before a name that was given, so that it cannot be taken for a hash


def is_named(specimen: str) -> bool:
    """Whether the specimen has a name of its own, which is the same in all classes."""
    return specimen.startswith(NAMED)


def named_apart(one: str, other: str) -> bool:
    """Whether names say that two specimens are not the same, however alike they look."""
    return is_named(one) and is_named(other) and one != other


def specimen_key(class_: str | int, specimen: str) -> str:
    """The identity of a row's specimen: equal for rows that show one thing, whatever their classes.

    class_: its name, or its number; one and the same kind in all rows that are compared.

    >>> specimen_key("Acartia", "g:S12"), specimen_key("Acartia", "3fa9")
    ('g:S12', 'Acartia/3fa9')
    """
    return str(specimen) if is_named(specimen) else f"{class_}/{specimen}"
