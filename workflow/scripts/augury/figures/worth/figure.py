from augury.figures.declaration import Figure, table

FIGURE = Figure(
    order=20,
    title="Learning curve and worth in real specimens",
    description="Learning curve: accuracy against real training specimens per class, and where on it each arm stands",
    inputs={"worth": table("worth")},
    leads=True,
)
