from augury.figures.declaration import Figure, of_generators

FIGURE = Figure(
    order=190,
    title="Truncation: fidelity against variety",
    description="Truncation: for each generator and class rows of the same synthetic images at several truncations",
    inputs={
        "sheets": of_generators("truncations.png", first=True),
        "descriptions": of_generators("generator.json", first=True),
    },
    suffix="png",
)
