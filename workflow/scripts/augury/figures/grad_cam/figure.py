from augury.figures.declaration import Figure, of_explanations

FIGURE = Figure(
    order=80,
    title="What classifiers look at (Grad-CAM)",
    description=("Grad-CAM heat maps: a row of test images, and below it a row for each arm and classifier"),
    inputs={"sheets": of_explanations("grad_cam.png"), "explanations": of_explanations("grad_cam.tsv")},
    suffix="png",
)
