"""augury: do synthetic images make a classifier better? The library behind the scripts."""
