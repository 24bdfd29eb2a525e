# Real images from elsewhere: indexed and packed as the study's own, compared with them, retrieved from pools, tested on.


use rule index_class as index_elsewhere with:
    input:
        [],
    output:
        index=f"{paths.elsewhere}/index.tsv",
        quarantine=f"{paths.elsewhere}/quarantine.tsv",
        duplicates=f"{paths.elsewhere}/duplicates.tsv",
        fingerprints=f"{paths.elsewhere}/fingerprints.npy",
        headers=f"{paths.elsewhere}/headers.tsv",
    log:
        f"{paths.logs}/index_elsewhere/{{elsewhere}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/index_elsewhere/{{elsewhere}}/{{class_}}.tsv"
    resources:
        mem_mb=memory(2000),
        runtime=minutes(needs.elsewhere_minutes, "images"),
        turn=1,
    params:
        folders=uncompared(plan.elsewhere.folder),
        root=uncompared(plan.elsewhere.root),
        files=uncompared(plan.elsewhere.choice),
        digest=plan.elsewhere.digest,
        settings=plan.elsewhere.settings,


use rule pack_class as pack_elsewhere with:
    input:
        index=f"{paths.elsewhere}/index.tsv",
    output:
        pack=f"{paths.elsewhere}/{{pack}}.npy",
        rows=f"{paths.elsewhere}/{{pack}}.tsv",
    log:
        f"{paths.logs}/pack_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/pack_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.tsv"
    resources:
        mem_mb=memory(needs.elsewhere_mb),
        runtime=minutes(needs.elsewhere_minutes, "images"),
        turn=1,
    params:
        folders=uncompared(plan.elsewhere.folder),
        files=uncompared(plan.elsewhere.choice),


use rule extract_features as extract_elsewhere with:
    input:
        pack=f"{paths.elsewhere}/{{pack}}.npy",
        rows=f"{paths.elsewhere}/{{pack}}.tsv",
        weights_record=plan.weights.extractor_records(),
        pretrained=ancient(plan.weights.extractor_files()),
    output:
        features=plan.scores.of_networks(f"{paths.elsewhere}/{{pack}}.features-", ".npy"),
    log:
        f"{paths.logs}/extract_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/extract_elsewhere/{{elsewhere}}/{{pack}}/{{class_}}.tsv"
    resources:
        mem_mb=memory(needs.elsewhere_mb),
        runtime=minutes(needs.elsewhere_minutes, "features"),
        turn=1,
        gpu=study.needs_gpu(),


rule compare_elsewhere:
    input:
        unpack(plan.elsewhere.compared),
    output:
        twins=f"{paths.results}/{{elsewhere}}/images/twins.tsv",
    log:
        f"{paths.logs}/compare_elsewhere/{{elsewhere}}.log",
    benchmark:
        f"{paths.benchmarks}/compare_elsewhere/{{elsewhere}}.tsv"
    group:
        "elsewhere"
    conda:
        "../../envs/data.yaml"
    resources:
        mem_mb=memory(needs.elsewhere_mb),
        runtime=minutes(needs.elsewhere_minutes, "elsewhere"),
        turn=1,
    params:
        script=script("compare_elsewhere"),
        code=code_digest("compare_elsewhere"),
        elsewhere=folders_of("indexed"),
        own=folders_of("own"),
        options=[] if study.config.specimens.near_duplicates else ["--exact-only"],
        pins=pins("data"),
    shell:
        "python {params.script:q} --elsewhere-folders {params.elsewhere:q} --class-folders {params.own:q}"
        " {params.options} --twins {output.twins:q} --threads {threads} --log {log:q}"


rule retrieve_images:
    input:
        unpack(plan.elsewhere.retrieval_inputs),
    output:
        weights=f"{paths.generator}/generator.safetensors",
        description=f"{paths.generator}/generator.json",
        training=f"{paths.generator}/training.tsv",
        samples=f"{paths.generator}/samples.png",
        quarantine=f"{paths.generator}/quarantine.tsv",
        leaks=f"{paths.generator}/leaks.tsv",
    log:
        f"{paths.logs}/retrieve_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/retrieve_images/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(study.pooled_generators),
    group:
        "imports"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(4000),
        runtime=minutes(30, "imports"),
        turn=1,
    params:
        script=script("retrieve_images"),
        code=plan.generators.code("retrieve_images", "images", "networks"),
        settings=lambda wildcards: study.settings("generators", wildcards.generator),
        words=listed("splits", "features", "pool_indices", "pool_packs", "pool_features", "twins"),
        classes=study.classes,
        options=plan.elsewhere.retrieval_options,
        folder=folder,
        guard=study.config.guard,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --name {wildcards.generator:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} --class {wildcards.class_:q} --classes {params.classes:q}"
        " {params.words:q} {params.options:q} --guard {params.guard} --output {params.folder:q}"
        " --threads {threads} --log {log:q}"


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
