from augury.figures.declaration import Figure, first_split, of_pools, packs_of_pools

FIGURE = Figure(
    order=158,
    title="Real images above synthetic ones",
    description="Image strip: a row of real training images, one or more per class, above a row for each generator",
    inputs={"pools": of_pools("index.tsv"), "packs": packs_of_pools(), "splits": first_split()},
    suffix="png",
    opens=True,
)
