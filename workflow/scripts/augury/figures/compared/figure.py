from augury.figures.declaration import Figure, of_pools

FIGURE = Figure(
    order=170,
    title="Selected images beside random ones",
    description=("Image grid: for each generator, selection and class images drawn at random above the images chosen"),
    inputs={
        "sheets": of_pools("compared.png", searched=True, begun=False),
        "descriptions": of_pools("selection.json", searched=True, begun=False),
    },
    suffix="png",
)
