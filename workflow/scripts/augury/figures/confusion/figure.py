from augury.figures.declaration import Figure, of_classifiers

FIGURE = Figure(
    order=50,
    title="Confusion matrices",
    description="Confusion matrices of true class against predicted class, one for each arm and classifier",
    inputs={"predictions": of_classifiers("predictions.tsv")},
)
