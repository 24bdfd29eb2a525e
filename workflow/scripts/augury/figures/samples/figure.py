from augury.figures.declaration import Figure, first_split, of_pools, packs_of_pools

FIGURE = Figure(
    order=160,
    title="Real and synthetic images side by side",
    description="Image grid: for each class a row of real training images above rows of synthetic images",
    inputs={"pools": of_pools("index.tsv"), "packs": packs_of_pools(), "splits": first_split()},
    suffix="png",
)
