# From predictions to tables, figures and the report.


rule tabulate_results:
    input:
        predictions=plan.classifiers.runs("predictions.tsv"),
        classifiers=plan.classifiers.runs("classifier.json"),
        generators=plan.generators.runs("generator.json", ancestors=True),
        scores=plan.scores.files("scores.tsv"),
        selections=plan.pools.files("selection.json", begun=True),
        taxonomy=local([study.config.taxonomy]) if plan.ranked else [],
    output:
        classification=table("classification"),
        per_class=table("per_class"),
        confusions=table("confusions"),
        coverage=table("coverage"),
        models=table("models"),
        by_seed=table("by_seed"),
        generators=table("generators"),
        generator_pairs=table("generator_pairs"),
        synthetic=table("synthetic"),
        runtime=table("runtime"),
        ranks=table("ranks") if plan.ranked else [],
        copies=table("copies") if study.begun_pools else [],
    log:
        f"{paths.logs}/tabulate_results.log",
    benchmark:
        f"{paths.benchmarks}/tabulate_results.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(needs.table_mb),
        runtime=minutes(needs.table_minutes, "report"),
        turn=1,
    params:
        script=script("tabulate_results"),
        code=code_digest("tabulate_results", DECLARING),
        words=listed("predictions", "classifiers", "generators", "scores", "selections"),
        folder=lambda wildcards, output: os.path.dirname(output.classification),
        taxonomy=["--taxonomy", study.config.taxonomy] if plan.ranked else [],
        not_run=lambda wildcards: as_json(study.not_run),
        bootstrap=study.config.statistics.bootstrap,
        seed=study.config.statistics.seed,
        pins=pins("report"),
    shell:
        "python {params.script:q} {params.words:q} {params.taxonomy:q} --output {params.folder:q}"
        " --not-run {params.not_run:q} --bootstrap {params.bootstrap} --seed {params.seed} --threads {threads} --log {log:q}"


rule compare_published:
    input:
        published=local(page.published_table()),
        tables=page.compared_tables(),
    output:
        table=table("published"),
    log:
        f"{paths.logs}/compare_published.log",
    benchmark:
        f"{paths.benchmarks}/compare_published.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(500),
        runtime=minutes(2, "report"),
        turn=1,
    params:
        script=script("compare_published"),
        code=code_digest("compare_published"),
        folder=lambda wildcards, output: os.path.dirname(output.table),
        options=lambda wildcards: page.published_options(),
        pins=pins("report"),
    shell:
        "python {params.script:q} --published {input.published:q} --tables {params.folder:q}"
        " {params.options:q} --output {output.table:q} --threads {threads} --log {log:q}"


rule plot_results:
    input:
        files=page.drawn_from,
    output:
        figures=[figure(path) for path in page.figures()],
    log:
        f"{paths.logs}/plot_results.log",
    benchmark:
        f"{paths.benchmarks}/plot_results.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(needs.table_mb),
        runtime=minutes(lambda wildcards: len(page.figures()) * needs.figure_minutes(wildcards), "report"),
        turn=1,
    params:
        script=script("plot_results"),
        code=code_digest("plot_results", page.drawings()),
        words=page.figure_options,
        pins=pins("report"),
    shell:
        "python {params.script:q} --threads {threads} --log {log:q} {params.words:q}"


rule build_report:
    input:
        tables=plan.tables,
        figures=page.figures(),
        taxonomy=local([study.config.taxonomy]) if study.config.taxonomy else [],
        manifest=f"{paths.results}/images/manifest.tsv",
        quarantine=f"{paths.results}/images/quarantine.tsv",
        duplicates=f"{paths.results}/images/duplicates.tsv",
        inspection=expand(f"{paths.results}/images/{{table}}.tsv", table=("warnings", "views", "shortcuts")),
        splits=expand(f"{paths.results}/splits/{{split}}.tsv", split=study.splits),
        classifiers=plan.classifiers.runs("classifier.json", ensembles=False),
        generators=plan.generators.runs("generator.json", ancestors=True),
        histories=plan.generators.runs("history.tsv", trained=True),
        elsewhere=plan.elsewhere.tables(),
    output:
        page=f"{paths.results}/report.html",
        methods=f"{paths.results}/tables/methods.md",
        references=f"{paths.results}/tables/references.bib",
        config=f"{paths.results}/config.json",
    log:
        f"{paths.logs}/build_report.log",
    benchmark:
        f"{paths.benchmarks}/build_report.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(10, "report"),
        turn=1,
    params:
        script=script("build_report"),
        code=code_digest("build_report"),
        declared=words_digest(),
        texts=texts_digest(page.texts()),
        captions=uncompared(own("workflow/report")),
        words=listed("tables", "figures", "inspection", "splits", "classifiers", "generators", "histories", "elsewhere"),
        settings=lambda wildcards: as_json(study.written),
        # What the plan reported of tables and patterns that name specimens and parts.
        notes=lambda wildcards: ["--notes", *study.notes] if study.notes else [],
        taxonomy=["--taxonomy", study.config.taxonomy] if study.config.taxonomy else [],
        pins=pins("report"),
    shell:
        "python {params.script:q} {params.words:q}"
        " --captions {params.captions:q} --manifest {input.manifest:q} --quarantine {input.quarantine:q}"
        " --duplicates {input.duplicates:q} --settings {params.settings:q} {params.taxonomy:q}"
        " {params.notes:q} --methods {output.methods:q} --references {output.references:q}"
        " --config-copy {output.config:q} --output {output.page:q}"
        " --threads {threads} --log {log:q}"
