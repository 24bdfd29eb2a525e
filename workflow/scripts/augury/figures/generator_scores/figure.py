from augury.figures.declaration import Figure, scored, table

FIGURE = Figure(
    order=120,
    title="Distances of generators from the real images",
    description="Frechet and kernel distance from the real images, with intervals, for every class and generator",
    inputs={"generators": table("generators"), "synthetic": table("synthetic")},
    when=scored,
)
