from augury.figures.declaration import Figure, of_searches

FIGURE = Figure(
    order=180,
    title="Fitness curves of the genetic searches",
    description="Fitness and variety of sets of synthetic images against generations, for every class",
    inputs={"histories": of_searches("history.tsv")},
)
