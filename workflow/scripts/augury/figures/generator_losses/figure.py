from augury.figures.declaration import Figure, histories

FIGURE = Figure(
    order=140,
    title="Training losses of GANs",
    description="Training losses and the discriminator's output against images seen, for every generator that has one",
    inputs={"histories": histories("loss_discriminator")},
)
