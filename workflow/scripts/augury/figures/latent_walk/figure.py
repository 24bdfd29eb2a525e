from augury.figures.declaration import Figure, of_generators

FIGURE = Figure(
    order=200,
    title="Latent interpolation",
    description="Latent interpolation: for each generator and class frames from one synthetic image to another",
    inputs={"sheets": of_generators("latent_walk.png", first=True)},
    suffix="png",
)
