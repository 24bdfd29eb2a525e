# How good synthetic images are: features, extracted once an image set, and what is computed from them.


rule extract_features:
    input:
        pack=f"{files.pack}.npy",
        rows=f"{files.pack}.tsv",
        weights_record=files.fetched_weights(".json"),
        pretrained=ancient(files.fetched_weights(".safetensors")),
    output:
        features=f"{files.pack}.features-{{extractor}}.npy",
    log:
        f"{files.logs}/extract_features/{{pack}}/{{class_}}.{{extractor}}.log",
    benchmark:
        f"{files.benchmarks}/extract_features/{{pack}}/{{class_}}.{{extractor}}.tsv"
    wildcard_constraints:
        extractor="[^/]+",
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=needs.feature_mb,
        runtime=needs.feature_minutes,
        gpu=study.needs_gpu({}),
    params:
        code=code("extract_features", "augury.classifiers.timm_zoo.network"),
        weights=lambda wildcards: extractor_digest(wildcards.extractor),
        device=lambda wildcards, input: study.config["device"],
        pins=pins("torch"),
    shell:
        "python workflow/scripts/extract_features.py --pack {input.pack:q} --rows {input.rows:q}"
        " --extractor {wildcards.extractor:q} --device {params.device} --output {output.features:q}"
        " --threads {threads} --log {log:q}"


rule draw_features:
    input:
        unpack(files.draw_inputs),
        split=files.split,
        weights_record=files.fetched_weights(".json"),
        pretrained=ancient(files.fetched_weights(".safetensors")),
    output:
        features=f"{files.scored}/features-{{extractor}}.npz",
    log:
        f"{files.logs}/draw_features/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.{{extractor}}.log",
    benchmark:
        f"{files.benchmarks}/draw_features/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.{{extractor}}.tsv"
    wildcard_constraints:
        extractor="[^/]+",
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=needs.feature_mb,
        runtime=needs.feature_minutes,
        gpu=study.needs_gpu({}),
    params:
        code=family_code("draw_features", "generators", ".networks"),
        generator=files.source,
        options=files.draw_options,
        weights=lambda wildcards: extractor_digest(wildcards.extractor),
        device=lambda wildcards, input: study.config["device"],
        pins=pins("torch"),
    shell:
        "python workflow/scripts/draw_features.py --generator {params.generator:q} --class {wildcards.class_:q}"
        " --split-table {input.split:q} {params.options:q} --extractor {wildcards.extractor:q}"
        " --device {params.device} --output {output.features:q} --threads {threads} --log {log:q}"


rule score_synthetic:
    input:
        synthetic=f"{files.scored}/features-{study.config['extractor']}.npz",
        real=files.scored_against(f".features-{study.config['extractor']}.npy"),
        rows=files.scored_against(".tsv"),
        pack=files.scored_against(".npy"),
        split=files.split,
        description=lambda wildcards: files.source(wildcards, "generator.json"),
        weights=lambda wildcards: files.source(wildcards, "generator.safetensors"),
    output:
        scores=f"{files.scored}/scores.tsv",
        neighbours=f"{files.scored}/neighbours.tsv",
        sheet=f"{files.scored}/neighbours.png",
    log:
        f"{files.logs}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/score_synthetic/{{split}}/{{generator}}/seed{{seed}}/{{class_}}.tsv"
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=needs.feature_mb,
        runtime=needs.feature_minutes,
    params:
        code=family_code("score_synthetic", "generators", ".networks"),
        generator=files.source,
        folder=lambda wildcards, output: os.path.dirname(output.scores),
        # Not compared, as it takes the input: the split's tables are of the same parts.
        tested=lambda wildcards, input: files.tested(wildcards),
        device=lambda wildcards, input: study.config["device"],
        pins=pins("torch"),
    shell:
        "python workflow/scripts/score_synthetic.py --generator {params.generator:q} --class {wildcards.class_:q}"
        " --synthetic-features {input.synthetic:q} --real-features {input.real:q} --real-rows {input.rows:q}"
        " --pack {input.pack:q} --split-table {input.split:q} --device {params.device} --output {params.folder:q}"
        " {params.tested:q} --threads {threads} --log {log:q}"
