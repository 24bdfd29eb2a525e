"""What steps took, from files as Snakemake writes them."""

from augury.tables.benchmarks import Cost, costs, seconds_of

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"


def benchmark(path, seconds, peak, cpu):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEADER}{seconds}\t0:00:01\t{peak}\t211.15\t37.10\t40.70\t0.00\t0.00\t0.00\t{cpu}\n")


def test_steps_of_a_rule_are_summed_and_what_is_not_known_counts_as_nothing(tmp_path):
    folder = tmp_path / "benchmarks"
    benchmark(folder / "judge_arms.tsv", 2.5, 80.0, 1.25)
    benchmark(folder / "index_class/a.tsv", 0.88, 59.73, 0.48)
    benchmark(folder / "index_class/b/c.tsv", 0.12, "NA", "NA")
    benchmark(folder / "index_class/d.tsv", "-", "-", "-")
    assert costs(tmp_path) == [Cost("index_class", 3, 0.48, 1.0, 59.73), Cost("judge_arms", 1, 1.25, 2.5, 80.0)]


def test_seconds_are_read_of_as_many_steps_as_are_asked_for(tmp_path):
    for number in range(4):
        benchmark(tmp_path / f"benchmarks/pack_class/{number}.tsv", 1.5, 1, 1)
    benchmark(tmp_path / "benchmarks/merge_split.tsv", 0.25, 1, 1)
    assert seconds_of(tmp_path, "pack_class", 3) == [1.5] * 3
    assert seconds_of(tmp_path, "merge_split", 3) == [0.25]
    assert seconds_of(tmp_path, "train_generator", 3) == []
    assert costs(tmp_path / "nothing") == []
