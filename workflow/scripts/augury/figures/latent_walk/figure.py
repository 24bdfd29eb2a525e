from augury.figures.declaration import Figure, of_generators

FIGURE = Figure(
    order=200,
    title="Latent interpolation",
    description="For each generator and class rows of frames that turn one synthetic image into another",
    inputs={"sheets": of_generators("latent_walk.png", first=True)},
    suffix="png",
)
