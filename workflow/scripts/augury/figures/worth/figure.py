from augury.figures.declaration import Figure, table

FIGURE = Figure(
    order=20,
    title="Learning curve and worth in real specimens",
    description="Accuracy against real training specimens per class, and for each arm where on that curve it stands",
    inputs={"worth": table("worth")},
    leads=True,
)
