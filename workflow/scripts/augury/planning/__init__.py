"""What Snakemake needs when it plans its jobs; nothing here imports more than PyYAML and pydantic."""
