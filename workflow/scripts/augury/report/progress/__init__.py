"""How far a study is that runs: by Snakemake's own output: a line and a page, with the time that is left."""
