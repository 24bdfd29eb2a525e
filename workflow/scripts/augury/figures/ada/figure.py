from augury.figures.declaration import Figure, of_generators

FIGURE = Figure(
    order=150,
    title="Discriminator overfitting and ADA",
    description="Mean sign of the discriminator's output and the strength of augmentation against images seen",
    inputs={"histories": of_generators("history.tsv")},
)
