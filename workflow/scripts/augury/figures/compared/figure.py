from augury.figures.declaration import Figure, of_pools

FIGURE = Figure(
    order=170,
    title="Selected images beside random ones",
    description=(
        "For each generator, selection and class rows of images drawn at random above rows of the images chosen"
    ),
    inputs={
        "sheets": of_pools("compared.png", searched=True),
        "descriptions": of_pools("selection.json", searched=True),
    },
    suffix="png",
)
