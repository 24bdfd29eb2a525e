from augury.figures.declaration import Figure, histories

FIGURE = Figure(
    order=150,
    title="Discriminator overfitting and ADA",
    description="Discriminator overfitting: mean sign of its output and ADA's p against images seen",
    inputs={"histories": histories("loss_discriminator")},
)
