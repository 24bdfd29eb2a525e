from augury.figures.declaration import Figure, of_explanations

FIGURE = Figure(
    order=90,
    title="Feature space of classifiers (UMAP)",
    description="Points in the plane, one an image, coloured by class, for each arm and classifier",
    inputs={"maps": of_explanations("umap.tsv")},
)
