# Which images of a generator go into a pool, where they are not drawn at random.


rule select_latents:
    input:
        unpack(files.selection_inputs),
        split=files.split,
    output:
        latents=f"{files.pool}/latents.safetensors",
        description=f"{files.pool}/selection.json",
        history=f"{files.pool}/history.tsv",
        compared=f"{files.pool}/compared.png",
    log:
        f"{files.logs}/select_latents/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.log",
    benchmark:
        f"{files.benchmarks}/select_latents/{{split}}/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}.tsv"
    wildcard_constraints:
        selection="|".join(map(re.escape, study.config["selections"])) or "(?!)",
    conda:
        "../../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=mb(6000),
        runtime=minutes(240),
        gpu=lambda wildcards: study.needs_gpu(study.config["selections"][wildcards.selection]),
    params:
        code=files.selection_code,
        settings=lambda wildcards: study.settings("selections", wildcards.selection),
        generator=files.source,
        options=files.selection_options,
        weights=files.selection_weights,
        # Not compared, as it takes the input: the split's tables are of the same parts.
        tested=lambda wildcards, input: files.tested(wildcards),
        folder=files.pool,
        guard=study.config["guard"],
        # Not compared, as it takes the input: the place of a search is no part of its result.
        device=lambda wildcards, input: study.device("selections", wildcards.selection),
        store=store,
        pins=pins("torch"),
    shell:
        "python workflow/scripts/select_latents.py --name {wildcards.selection:q} --settings {params.settings:q}"
        " --split {wildcards.split:q} --seed {wildcards.seed} --generator {params.generator:q}"
        " --class {wildcards.class_:q} --pack {input.pack:q} --split-table {input.split:q} {params.options:q}"
        " {params.tested:q} --guard {params.guard} --device {params.device} --output {params.folder:q} {params.store:q}"
        " --threads {threads} --log {log:q}"
