# The classifier that is handed over: the chosen recipe once more, on every specimen. It is trained by the rules of all
# others, on a split of its own that no table, figure or verdict reads.


rule join_parts:
    input:
        table=f"{paths.results}/splits/{study.splits[0]}/{{class_}}.tsv",
    output:
        table=f"{paths.results}/splits/{FINAL}/{{class_}}.tsv",
    log:
        f"{paths.logs}/join_parts/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/join_parts/{{class_}}.tsv"
    group:
        "images"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(500),
        runtime=minutes(1, "images"),
        turn=1,
    params:
        script=script("join_parts"),
        code=code_digest("join_parts"),
        pins=pins("data"),
    shell:
        "python {params.script:q} --split-table {input.table:q} --output {output.table:q}"
        " --threads {threads} --log {log:q}"


rule fix_recipe:
    input:
        unpack(plan.classifiers.recipe_inputs),
    output:
        recipe=paths.recipe,
    log:
        f"{paths.logs}/fix_recipe/{{arm}}/{{classifier}}.log",
    benchmark:
        f"{paths.benchmarks}/fix_recipe/{{arm}}/{{classifier}}.tsv"
    wildcard_constraints:
        classifier=one_of([*study.config.classifiers, *study.config.ensembles]),
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(2),
    params:
        script=script("fix_recipe"),
        code=code_digest("fix_recipe"),
        words=listed("predictions", "classifiers"),
        pins=pins("report"),
    shell:
        "python {params.script:q} {params.words:q} --output {output.recipe:q} --threads {threads} --log {log:q}"


rule write_card:
    input:
        unpack(plan.classifiers.card_inputs),
        classification=paths.table("classification"),
    output:
        card=f"{paths.results}/{FINAL}/card.md",
    log:
        f"{paths.logs}/write_card.log",
    benchmark:
        f"{paths.benchmarks}/write_card.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(500),
        runtime=minutes(1, "report"),
        turn=1,
    params:
        script=script("write_card"),
        code=code_digest("write_card"),
        study=study.dataset,
        options=plan.classifiers.card_options(),
        pins=pins("report"),
    shell:
        "python {params.script:q} --study {params.study:q} --classifier {input.classifier:q} --recipe {input.recipe:q}"
        " --classification {input.classification:q} {params.options:q}"
        " --output {output.card:q} --threads {threads} --log {log:q}"
