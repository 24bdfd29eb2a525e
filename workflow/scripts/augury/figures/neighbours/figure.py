from augury.figures.declaration import Figure, of_scores

FIGURE = Figure(
    order=210,
    title="Nearest training images of synthetic ones",
    description="Nearest neighbours: synthetic images above their nearest training images, with the ratio of distances",
    inputs={"neighbours": of_scores("neighbours.tsv"), "sheets": of_scores("neighbours.png")},
    suffix="png",
)
