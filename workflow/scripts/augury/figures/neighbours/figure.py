from augury.figures.declaration import Figure, of_scores

FIGURE = Figure(
    order=210,
    title="Nearest training images of synthetic ones",
    description="Synthetic images, each above the training image that it is nearest to, with the ratio of distances",
    inputs={"neighbours": of_scores("neighbours.tsv"), "sheets": of_scores("neighbours.png")},
    suffix="png",
)
