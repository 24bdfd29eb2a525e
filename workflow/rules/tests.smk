# Other test sets, and the test part under corruptions: which images count, predictions, verdict and tables by name.


rule admit_elsewhere:
    input:
        unpack(plan.elsewhere.admission_inputs),
    output:
        images=f"{paths.tested}/images.tsv",
        left_out=f"{paths.tested}/left_out.tsv",
    log:
        f"{paths.logs}/admit_elsewhere/{{test}}.log",
    benchmark:
        f"{paths.benchmarks}/admit_elsewhere/{{test}}.tsv"
    group:
        "elsewhere"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(2, "elsewhere"),
        turn=1,
    params:
        script=script("admit_elsewhere"),
        code=code_digest("admit_elsewhere"),
        words=listed("indices", "known", "twins"),
        pins=pins("data"),
    shell:
        "python {params.script:q} --name {wildcards.test:q} {params.words:q} --images {output.images:q}"
        " --left-out {output.left_out:q} --threads {threads} --log {log:q}"


rule predict_elsewhere:
    input:
        unpack(plan.elsewhere.test_inputs),
    output:
        predictions=f"{paths.tested}/{{split}}/classifiers/{{arm}}/{{classifier}}/seed{{seed}}/predictions.tsv",
        description=f"{paths.tested}/{{split}}/classifiers/{{arm}}/{{classifier}}/seed{{seed}}/classifier.json",
    log:
        f"{paths.logs}/predict_elsewhere/{{test}}/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.log",
    benchmark:
        f"{paths.benchmarks}/predict_elsewhere/{{test}}/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.tsv"
    wildcard_constraints:
        test=one_of(study.config.tests),
    group:
        "tests"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=minutes(needs.test_minutes, "tests"),
        turn=1,
        gpu=lambda wildcards: study.needs_gpu("classifiers", wildcards.classifier),
    params:
        script=script("predict_elsewhere"),
        code=plan.classifiers.code("predict_elsewhere"),
        words=listed("packs", "images"),
        classes=plan.elsewhere.test_classes,
        classifier=located(classifier="weights"),
        folder=folder,
        device=uncompared(lambda wildcards: study.device("classifiers", wildcards.classifier)),
        pins=pins("torch"),
    shell:
        "python {params.script:q} {params.classifier:q} --classes {params.classes:q} {params.words:q}"
        " --device {params.device} --output {params.folder:q} --threads {threads} --log {log:q}"


rule predict_corrupted:
    input:
        unpack(plan.elsewhere.corrupted_inputs),
    output:
        predictions=f"{paths.tested}/{{split}}/classifiers/{{arm}}/{{classifier}}/seed{{seed}}/predictions.tsv",
        description=f"{paths.tested}/{{split}}/classifiers/{{arm}}/{{classifier}}/seed{{seed}}/classifier.json",
    log:
        f"{paths.logs}/predict_corrupted/{{test}}/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.log",
    benchmark:
        f"{paths.benchmarks}/predict_corrupted/{{test}}/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.tsv"
    wildcard_constraints:
        test=one_of(study.config.corruptions),
    group:
        "tests"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=minutes(needs.test_minutes, "tests"),
        turn=1,
        gpu=lambda wildcards: study.needs_gpu("classifiers", wildcards.classifier),
    params:
        script=script("predict_corrupted"),
        code=plan.classifiers.code("predict_corrupted"),
        words=listed("packs"),
        classes=study.classes,
        classifier=located(classifier="weights"),
        folder=folder,
        device=uncompared(lambda wildcards: study.device("classifiers", wildcards.classifier)),
        pins=pins("torch"),
    shell:
        "python {params.script:q} {params.classifier:q} --corruption {wildcards.test} --classes {params.classes:q}"
        " {params.words:q} --device {params.device} --output {params.folder:q} --threads {threads} --log {log:q}"


use rule ensemble_classifiers as ensemble_elsewhere with:
    input:
        unpack(plan.elsewhere.member_inputs),
    output:
        predictions=f"{paths.tested}/{{split}}/classifiers/{{arm}}/{{ensemble}}/seed{{seed}}/predictions.tsv",
        description=f"{paths.tested}/{{split}}/classifiers/{{arm}}/{{ensemble}}/seed{{seed}}/classifier.json",
    log:
        f"{paths.logs}/ensemble_elsewhere/{{test}}/{{split}}/{{arm}}/{{ensemble}}/seed{{seed}}.log",
    benchmark:
        f"{paths.benchmarks}/ensemble_elsewhere/{{test}}/{{split}}/{{arm}}/{{ensemble}}/seed{{seed}}.tsv"


use rule judge_arms as judge_elsewhere with:
    input:
        predictions=plan.elsewhere.runs("predictions.tsv"),
        classifiers=plan.elsewhere.runs("classifier.json"),
    output:
        verdict=f"{paths.tested}/tables/verdict.tsv",
        differences=f"{paths.tested}/tables/differences.tsv",
        looks=update(f"{paths.tested}/tables/looks.tsv"),
    log:
        f"{paths.logs}/judge_elsewhere/{{test}}.log",
    benchmark:
        f"{paths.benchmarks}/judge_elsewhere/{{test}}.tsv"


rule tabulate_elsewhere:
    input:
        predictions=plan.elsewhere.runs("predictions.tsv"),
        classifiers=plan.elsewhere.runs("classifier.json"),
    output:
        classification=f"{paths.tested}/tables/classification.tsv",
        per_class=f"{paths.tested}/tables/per_class.tsv",
    log:
        f"{paths.logs}/tabulate_elsewhere/{{test}}.log",
    benchmark:
        f"{paths.benchmarks}/tabulate_elsewhere/{{test}}.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(needs.table_mb),
        runtime=minutes(needs.table_minutes, "report"),
        turn=1,
    params:
        script=script("tabulate_elsewhere"),
        code=code_digest("tabulate_elsewhere"),
        words=listed("predictions", "classifiers"),
        folder=folder,
        bootstrap=study.config.statistics.bootstrap,
        seed=study.config.statistics.seed,
        pins=pins("report"),
    shell:
        "python {params.script:q} {params.words:q} --output {params.folder:q} --bootstrap {params.bootstrap}"
        " --seed {params.seed} --threads {threads} --log {log:q}"
