from augury.figures.declaration import Figure, of_explanations

FIGURE = Figure(
    order=90,
    title="Feature space of classifiers (UMAP)",
    description="UMAP of classifier features: one point per image, coloured by class, for each arm and classifier",
    inputs={"maps": of_explanations("umap.tsv")},
)
