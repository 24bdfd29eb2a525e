from augury.figures.declaration import Figure, of_pools, table

FIGURE = Figure(
    order=165,
    title="From a copy to a free draw",
    description=(
        "Share of images that show a training image against the level of noise, with intervals, one line for each "
        "generator; below it training images, each beside what was drawn from it at every level"
    ),
    inputs={
        "copies": table("copies"),
        "sheets": of_pools("compared.png", begun=True),
        "descriptions": of_pools("selection.json", begun=True),
    },
    suffix="png",
)
