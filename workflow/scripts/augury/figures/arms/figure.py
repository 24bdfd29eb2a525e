from augury.figures.declaration import Figure, table

FIGURE = Figure(
    order=40,
    title="Accuracy and F1 by arm",
    description="Test accuracy and macro F1, dots with intervals, of every arm, for each classifier",
    inputs={"classification": table("classification")},
    leads=True,
)
