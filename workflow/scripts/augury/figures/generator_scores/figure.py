from augury.figures.declaration import Figure, scored, table

FIGURE = Figure(
    order=120,
    title="Distances of generators from the real images",
    description="Dots with intervals: two distances from the real images of every class, for each generator",
    inputs={"generators": table("generators"), "synthetic": table("synthetic")},
    when=scored,
)
