# Classifiers: the weights that they start from; every arm, classifier, split and seed gives predictions of its own;
# ensembles, and what explains them.


rule fetch_weights:
    output:
        weights=f"{files.weights}.safetensors",
        record=f"{files.weights}.json",
    log:
        "logs/fetch_weights/{architecture}.log",
    wildcard_constraints:
        architecture=files.fetched_architectures,
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    # No code and no pins: weights that are there are not fetched again because the way of fetching has changed.
    shell:
        "python workflow/scripts/fetch_weights.py --architecture {wildcards.architecture:q} --output {output.weights:q}"
        " --record {output.record:q} --threads {threads} --log {log:q}"


rule train_classifier:
    input:
        packs=files.for_classifier(".npy"),
        rows=files.for_classifier(".tsv"),
        splits=files.of_split,
        pools=files.arm_pools,
        duplicates=f"{files.results}/images/duplicates.tsv",
        weights_record=files.fetched_weights(".json"),
        pretrained=ancient(files.fetched_weights(".safetensors")),
    output:
        weights=f"{files.classifier}/classifier.safetensors",
        description=f"{files.classifier}/classifier.json",
        reference=f"{files.classifier}/reference.safetensors",
        history=f"{files.classifier}/history.tsv",
        predictions=f"{files.classifier}/predictions.tsv",
        leaks=f"{files.classifier}/leaks.tsv",
    log:
        f"{files.logs}/train_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.log",
    benchmark:
        f"{files.benchmarks}/train_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=needs.classifier_mb,
        runtime=needs.classifier_minutes,
        gpu=lambda wildcards: study.needs_gpu(study.config["classifiers"][wildcards.classifier]),
    params:
        code=family_code("train_classifier", "classifiers", ".network"),
        words=listed("packs", "splits"),
        settings=lambda wildcards: study.settings("classifiers", wildcards.classifier),
        weights=lambda wildcards: weights_digest(study.config["classifiers"][wildcards.classifier]),
        arm=lambda wildcards: study.settings("arms", wildcards.arm),
        pools=lambda wildcards: words(files.arm_options(wildcards)),
        classes=study.classes,
        folder=files.classifier,
        guard=study.config["guard"],
        preparation=lambda wildcards: as_json(study.config["preparation"]),
        # Not compared, as it takes the input: the place of a training is no part of its result.
        device=lambda wildcards, input: study.device("classifiers", wildcards.classifier),
        store=store,
        pins=pins("torch"),
    shell:
        "python workflow/scripts/train_classifier.py --name {wildcards.classifier:q} --arm-name {wildcards.arm:q}"
        " --arm {params.arm:q} --settings {params.settings:q} --split {wildcards.split:q} --seed {wildcards.seed}"
        " --classes {params.classes:q} {params.words:q} {params.pools:q}"
        " --duplicates {input.duplicates:q} --guard {params.guard} --device {params.device} --output {params.folder:q}"
        " --preparation {params.preparation:q} {params.store:q} --threads {threads} --log {log:q}"


rule ensemble_classifiers:
    input:
        predictions=files.ensemble_members("predictions.tsv"),
        classifiers=files.ensemble_members("classifier.json"),
    output:
        predictions=f"{files.ensemble}/predictions.tsv",
        description=f"{files.ensemble}/classifier.json",
    log:
        f"{files.logs}/ensemble_classifiers/{{split}}/{{arm}}/{{ensemble}}/seed{{seed}}.log",
    benchmark:
        f"{files.benchmarks}/ensemble_classifiers/{{split}}/{{arm}}/{{ensemble}}/seed{{seed}}.tsv"
    wildcard_constraints:
        ensemble=files.ensemble_names,
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=mb(2000),
        runtime=minutes(10),
    params:
        code=code("ensemble_classifiers"),
        words=listed("predictions", "classifiers"),
        weights=lambda wildcards: study.config["ensembles"][wildcards.ensemble]["weights"],
        folder=files.ensemble,
        pins=pins("report"),
    shell:
        "python workflow/scripts/ensemble_classifiers.py --name {wildcards.ensemble:q} --seed {wildcards.seed}"
        " {params.words:q} --weights {params.weights}"
        " --output {params.folder:q} --threads {threads} --log {log:q}"


rule explain_classifier:
    input:
        weights=f"{files.classifier}/classifier.safetensors",
        description=f"{files.classifier}/classifier.json",
        predictions=f"{files.classifier}/predictions.tsv",
        choice=files.first_predictions(),
        packs=files.for_classifier(".npy"),
        rows=files.for_classifier(".tsv"),
        splits=files.of_split,
        pools=files.arm_pools,
    output:
        sheet=f"{files.explanation}/grad_cam.png",
        shown=f"{files.explanation}/grad_cam.tsv",
        points=f"{files.explanation}/umap.tsv",
        features=f"{files.explanation}/features.npy",
    log:
        f"{files.logs}/explain_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.log",
    benchmark:
        f"{files.benchmarks}/explain_classifier/{{split}}/{{arm}}/{{classifier}}/seed{{seed}}.tsv"
    conda:
        "../../envs/explain.yaml"
    threads: 1
    resources:
        mem_mb=needs.classifier_mb,
        runtime=needs.classifier_minutes,
        gpu=lambda wildcards: study.needs_gpu(study.config["classifiers"][wildcards.classifier]),
    params:
        code=family_code("explain_classifier", "classifiers", ".network"),
        words=listed("packs", "splits"),
        options=files.explain_options(),
        pools=lambda wildcards: words(files.arm_options(wildcards)),
        classifier=lambda wildcards, input: os.path.dirname(input.weights),
        folder=lambda wildcards, output: os.path.dirname(output.sheet),
        device=lambda wildcards, input: study.device("classifiers", wildcards.classifier),
        pins=pins("explain"),
    shell:
        "python workflow/scripts/explain_classifier.py --classifier {params.classifier:q} --choice {input.choice:q}"
        " {params.words:q} {params.pools:q} {params.options}"
        " --device {params.device} --output {params.folder:q} --threads {threads} --log {log:q}"
