from augury.figures.declaration import Figure, histories

FIGURE = Figure(
    order=145,
    title="Training losses of diffusion models",
    description="Denoising losses of training and of validation images against images seen",
    inputs={"histories": histories("loss_denoising")},
)
