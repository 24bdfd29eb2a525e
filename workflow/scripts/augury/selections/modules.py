"""What a selection imports by name: of its family, and of what it looks at. Standard library only: plans ask too."""


def modules_of(
    selection: str, generator: str, classifier: str | None, features: bool, discriminator: bool
) -> tuple[str, ...]:
    """Modules of these families; classifier: where one judges. features, discriminator: whether they are looked at."""
    part = "training" if discriminator else "networks"
    names = [f"augury.selections.{selection}.selection", f"augury.generators.{generator}.{part}"]
    names += ["augury.selections.by_features"] if features else []
    names += [f"augury.classifiers.{classifier}.network"] if classifier else []
    return tuple(names)
