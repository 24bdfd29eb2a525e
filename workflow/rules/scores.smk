# How good synthetic images are: features, and what is computed from them. One job reads or draws the images of a class for
# all networks. Which networks these are is not compared: one that is new lacks its file, and the store has the others'.


rule extract_features:
    input:
        pack=f"{paths.pack}.npy",
        rows=f"{paths.pack}.tsv",
        weights_record=plan.weights.extractor_records(),
        pretrained=ancient(plan.weights.extractor_files()),
    output:
        features=plan.scores.of_networks(f"{paths.pack}.features-", ".npy"),
    log:
        f"{paths.logs}/extract_features/{{pack}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/extract_features/{{pack}}/{{class_}}.tsv"
    priority: 45 if study.pooled_generators else 0  # images are retrieved by them
    group:
        "features"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.feature_mb),
        runtime=minutes(needs.feature_minutes, "features"),
        turn=1,
        gpu=study.needs_gpu(),
    params:
        script=script("extract_features"),
        code=code_digest("extract_features", ("augury.classifiers.timm_zoo.network",)),
        extractors=uncompared(study.config.extractors),
        weights=plan.weights.extractor_digest(),
        weights_folder=located(weights="pretrained"),
        device=uncompared(study.config.device),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} --pack {input.pack:q} --rows {input.rows:q}"
        " --extractor {params.extractors:q} {params.weights_folder:q} --device {params.device} --output {output.features:q} {params.store:q}"
        " --threads {threads} --log {log:q}"


rule draw_features:
    input:
        unpack(plan.scores.draw_inputs),
        split=paths.split,
        weights_record=plan.weights.extractor_records(),
        pretrained=ancient(plan.weights.extractor_files()),
    output:
        features=plan.scores.of_networks(f"{paths.scored}/features-", ".npz"),
    log:
        f"{paths.logs}/draw_features/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/draw_features/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(set(study.config.generators) - set(of_all.generators)),
    group:
        "drawn"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.feature_mb),
        runtime=minutes(needs.drawing_minutes, "drawn"),
        turn=1,
        gpu=study.needs_gpu(),
    params:
        script=script("draw_features"),
        code=plan.generators.code("draw_features", "networks"),
        generator=located(generator="description"),
        options=plan.scores.draw_options,
        extractors=uncompared(study.config.extractors),
        weights=plan.weights.extractor_digest(),
        weights_folder=located(weights="pretrained"),
        device=uncompared(study.config.device),
        each=together.words("features", split_table="split"),
        store=store,
        pins=pins("torch"),
    shell:
        "python {params.script:q} {params.generator:q} {params.options:q} --extractor {params.extractors:q}"
        " {params.weights_folder:q} --device {params.device} {params.store:q} --threads {threads} --log {log:q}"
        " {params.each:q}"


drawn_of_all = [
    path for begin in together.files(f"{paths.scored}/features-") for path in plan.scores.of_networks(begin, ".npz")
]


use rule draw_features as draw_features_of_all with:  # see planning/inputs/together.py
    input:
        unpack(together.inputs(plan.scores.draw_inputs)),
        split=plan.paths.of_split,
        weights_record=plan.weights.extractor_records(),
        pretrained=ancient(plan.weights.extractor_files()),
    output:
        features=drawn_of_all,
    log:
        f"{paths.logs}/draw_features/{{split}}/{{generator}}/seed{{seed}}/all.log",
    benchmark:
        f"{paths.benchmarks}/draw_features/{{split}}/{{generator}}/seed{{seed}}/all.tsv"
    wildcard_constraints:
        generator=one_of(of_all.generators),
    resources:
        mem_mb=memory(of_all.most(needs.feature_mb)),
        runtime=minutes(of_all.total(needs.drawing_minutes), "drawn"),
        turn=1,
        gpu=study.needs_gpu(),


rule score_synthetic:
    input:
        unpack(plan.scores.inputs),
        synthetic=plan.scores.of_networks(f"{paths.scored}/features-", ".npz"),
        split=paths.split,
    output:
        scores=f"{paths.scored}/scores.tsv",
        neighbours=f"{paths.scored}/neighbours.tsv",
        sheet=f"{paths.scored}/neighbours.png",
    log:
        f"{paths.logs}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{paths.benchmarks}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        generator=one_of(set(study.config.generators) - set(of_all.generators)),
    group:
        "scores"
    conda:
        "../../envs/torch.yaml"
    resources:
        mem_mb=memory(needs.feature_mb),
        runtime=minutes(needs.feature_minutes, "scores"),
        turn=1,
    params:
        script=script("score_synthetic"),
        code=plan.generators.code("score_synthetic", "networks", more=(*DECLARING, *COMPUTING)),
        generator=located(generator="description"),
        looked_through=plan.scores.looked_through,
        drawing=plan.generators.drawing,
        device=uncompared(study.config.device),
        each=together.words(
            "scores",
            folder=True,
            more=plan.generators.tested_words,
            synthetic_features="synthetic",
            real_features="real",
            real_rows="rows",
            pack="pack",
            split_table="split",
        ),
        pins=pins("torch"),
    shell:
        "python {params.script:q} {params.generator:q} {params.drawing:q} --device {params.device}"
        " --threads {threads} --log {log:q} {params.each:q}"


use rule score_synthetic as score_synthetic_of_all with:  # see planning/inputs/together.py
    input:
        unpack(together.inputs(plan.scores.inputs)),
        synthetic=drawn_of_all,
        split=plan.paths.of_split,
    output:
        scores=together.files(f"{paths.scored}/scores.tsv"),
        neighbours=together.files(f"{paths.scored}/neighbours.tsv"),
        sheet=together.files(f"{paths.scored}/neighbours.png"),
    log:
        f"{paths.logs}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/all.log",
    benchmark:
        f"{paths.benchmarks}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/all.tsv"
    wildcard_constraints:
        generator=one_of(of_all.generators),
    resources:
        mem_mb=memory(of_all.most(needs.feature_mb)),
        runtime=minutes(of_all.total(needs.feature_minutes), "scores"),
        turn=1,
