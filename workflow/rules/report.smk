# From predictions to tables, figures and the report.


rule tabulate_results:
    input:
        predictions=files.classifier_runs("predictions.tsv"),
        classifiers=files.classifier_runs("classifier.json"),
        generators=files.generator_runs("generator.json", ancestors=True),
        scores=files.scores("scores.tsv"),
        taxonomy=[study.config["taxonomy"]] if files.ranked else [],
    output:
        classification=table("classification"),
        per_class=table("per_class"),
        models=table("models"),
        by_seed=table("by_seed"),
        generators=table("generators"),
        generator_pairs=table("generator_pairs"),
        synthetic=table("synthetic"),
        runtime=table("runtime"),
        ranks=table("ranks") if files.ranked else [],
    log:
        f"{files.logs}/tabulate_results.log",
    benchmark:
        f"{files.benchmarks}/tabulate_results.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=needs.table_mb,
        runtime=needs.table_minutes,
    params:
        code=code("tabulate_results"),
        words=listed("predictions", "classifiers", "generators", "scores"),
        folder=lambda wildcards, output: os.path.dirname(output.classification),
        taxonomy=["--taxonomy", study.config["taxonomy"]] if files.ranked else [],
        not_run=lambda wildcards: as_json(study.not_run),
        replicates=study.config["statistics"]["bootstrap"],
        seed=study.config["statistics"]["seed"],
        pins=pins("report"),
    shell:
        "python workflow/scripts/tabulate_results.py {params.words:q} {params.taxonomy:q} --output {params.folder:q}"
        " --not-run {params.not_run:q} --replicates {params.replicates} --seed {params.seed} --threads {threads} --log {log:q}"


rule judge_arms:
    input:
        predictions=files.classifier_runs("predictions.tsv"),
        classifiers=files.classifier_runs("classifier.json"),
    output:
        verdict=table("verdict"),
        differences=table("differences"),
        # The history: kept when the job runs again, and put back when it fails.
        looks=update(f"{files.results}/tables/looks.tsv"),
    log:
        f"{files.logs}/judge_arms.log",
    benchmark:
        f"{files.benchmarks}/judge_arms.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=needs.table_mb,
        runtime=needs.table_minutes,
    params:
        code=code("judge_arms"),
        baseline=study.baseline,
        words=lambda wildcards, input: words(files.judged_arms()),
        options=files.judge_options(),
        pins=pins("report"),
    shell:
        "python workflow/scripts/judge_arms.py {params.words:q} {params.options:q} --output {output.verdict:q}"
        " --differences {output.differences:q} --looks {output.looks:q} --threads {threads} --log {log:q}"


rule weigh_gains:
    input:
        predictions=files.classifier_runs("predictions.tsv"),
        classifiers=files.classifier_runs("classifier.json"),
    output:
        worth=table("worth"),
    log:
        f"{files.logs}/weigh_gains.log",
    benchmark:
        f"{files.benchmarks}/weigh_gains.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=needs.table_mb,
        runtime=needs.table_minutes,
    params:
        code=code("weigh_gains"),
        baseline=study.baseline,
        words=lambda wildcards, input: words(files.weighed_arms()),
        options=files.weigh_options(),
        pins=pins("report"),
    shell:
        "python workflow/scripts/weigh_gains.py {params.words:q} {params.options:q} --output {output.worth:q}"
        " --threads {threads} --log {log:q}"


rule compare_published:
    input:
        published=files.published_table(),
        tables=files.compared_tables(),
    output:
        table=table("published"),
    log:
        f"{files.logs}/compare_published.log",
    benchmark:
        f"{files.benchmarks}/compare_published.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=10,
    params:
        code=code("compare_published"),
        folder=lambda wildcards, output: os.path.dirname(output.table),
        options=lambda wildcards: files.published_options(),
        pins=pins("report"),
    shell:
        "python workflow/scripts/compare_published.py --published {input.published:q} --tables {params.folder:q}"
        " {params.options:q} --output {output.table:q} --threads {threads} --log {log:q}"


rule plot_results:
    input:
        unpack(files.figure_inputs),
    output:
        figure=report(
            f"{files.results}/figures/{{figure}}.{{suffix}}",
            caption="../report/snakemake/figure.rst",
            category="Figures",
        ),
    log:
        f"{files.logs}/plot_results/{{figure}}.{{suffix}}.log",
    benchmark:
        f"{files.benchmarks}/plot_results/{{figure}}.{{suffix}}.tsv"
    wildcard_constraints:
        suffix="svg|png",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=needs.table_mb,
        runtime=needs.figure_minutes,
    params:
        code=lambda wildcards: code("plot_results", f"augury.figures.{wildcards.figure}.draw"),
        words=lambda wildcards, input: words(files.figure_options(wildcards)),
        # Not compared, as it takes the input: another caption is no reason to draw a figure again.
        caption=lambda wildcards, input: files.caption(wildcards.figure),
        pins=pins("report"),
    shell:
        "python workflow/scripts/plot_results.py --figure {wildcards.figure} {params.words:q}"
        " --output {output.figure:q} --threads {threads} --log {log:q}"


rule build_report:
    input:
        template="workflow/report/report.html.j2",
        captions=files.captions(),
        tables=files.tables,
        figures=files.figures(),
        taxonomy=study.config["taxonomy"] or [],
        manifest=f"{files.results}/images/manifest.tsv",
        quarantine=f"{files.results}/images/quarantine.tsv",
        duplicates=f"{files.results}/images/duplicates.tsv",
        inspection=expand(f"{files.results}/images/{{table}}.tsv", table=("warnings", "views", "shortcuts")),
        splits=expand(f"{files.results}/splits/{{split}}.tsv", split=study.splits),
        classifiers=files.classifier_runs("classifier.json", ensembles=False),
        generators=files.generator_runs("generator.json", ancestors=True),
        histories=files.generator_runs("history.tsv", trained=True),
    output:
        page=f"{files.results}/report.html",
    log:
        f"{files.logs}/build_report.log",
    benchmark:
        f"{files.benchmarks}/build_report.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=mb(2000),
        runtime=minutes(15),
    params:
        code=code("build_report"),
        declared=words_digest(),
        words=listed("tables", "figures", "inspection", "splits", "classifiers", "generators", "histories"),
        settings=lambda wildcards: as_json(study.written),
        # What the plan told of tables and patterns that name specimens and parts.
        notes=lambda wildcards: ["--notes", *study.notes] if study.notes else [],
        taxonomy=["--taxonomy", study.config["taxonomy"]] if study.config["taxonomy"] else [],
        pins=pins("report"),
    shell:
        "python workflow/scripts/build_report.py {params.words:q}"
        " --captions workflow/report --manifest {input.manifest:q} --quarantine {input.quarantine:q}"
        " --duplicates {input.duplicates:q} --settings {params.settings:q} {params.taxonomy:q}"
        " {params.notes:q} --output {output.page:q}"
        " --threads {threads} --log {log:q}"
