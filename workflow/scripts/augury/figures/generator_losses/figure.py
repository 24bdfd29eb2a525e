from augury.figures.declaration import Figure, of_generators

FIGURE = Figure(
    order=140,
    title="Training losses of generators",
    description="Training losses and the discriminator's output against images seen, for every generator",
    inputs={"histories": of_generators("history.tsv")},
)
