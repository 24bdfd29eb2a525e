"""The families of selections, one line each; `random`, the latent seeds 0, 1, 2 and so on, is always there.

A family is a module of this folder that offers `select(request)`, which returns a Chosen (see selections.request).
select_latents imports it by its name, `augury.selections.{family}`.
"""

FAMILIES = {
    "genetic": "sets of latent vectors that a genetic algorithm makes as various as they can be",
    "truncation": "latent vectors without large numbers: nearer to the typical image",
    "farthest_point": "of many images those that lie farthest from the real ones and from each other, one by one",
    "uncertainty": "of many images those that a classifier, trained on real images alone, is least sure of",
}
