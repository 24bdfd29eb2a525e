# Whether each arm helps, and what its gain is worth in real specimens.


rule judge_arms:
    input:
        predictions=plan.classifiers.runs("predictions.tsv"),
        classifiers=plan.classifiers.runs("classifier.json"),
    output:
        verdict=table("verdict"),
        differences=table("differences"),
        # The history: kept when the job runs again, and put back when it fails.
        looks=update(f"{paths.results}/tables/looks.tsv"),
    log:
        f"{paths.logs}/judge_arms.log",
    benchmark:
        f"{paths.benchmarks}/judge_arms.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(needs.table_mb),
        runtime=minutes(needs.table_minutes, "report"),
        turn=1,
    params:
        script=script("judge_arms"),
        code=code_digest("judge_arms"),
        baseline=study.baseline,
        words=plan.verdict.judged_arms,
        options=plan.verdict.judge_options(),
        pins=pins("report"),
    shell:
        "python {params.script:q} {params.words:q} {params.options:q} --output {output.verdict:q}"
        " --differences {output.differences:q} --looks {output.looks:q} --threads {threads} --log {log:q}"


rule weigh_gains:
    input:
        predictions=plan.classifiers.runs("predictions.tsv"),
        classifiers=plan.classifiers.runs("classifier.json"),
    output:
        worth=table("worth"),
    log:
        f"{paths.logs}/weigh_gains.log",
    benchmark:
        f"{paths.benchmarks}/weigh_gains.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(needs.table_mb),
        runtime=minutes(needs.table_minutes, "report"),
        turn=1,
    params:
        script=script("weigh_gains"),
        code=code_digest("weigh_gains"),
        baseline=study.baseline,
        words=plan.verdict.weighed_arms,
        options=plan.verdict.weigh_options(),
        pins=pins("report"),
    shell:
        "python {params.script:q} {params.words:q} {params.options:q} --output {output.worth:q}"
        " --threads {threads} --log {log:q}"


rule vary_verdict:
    input:
        **plan.verdict.vary_inputs(),
        predictions=plan.classifiers.runs("predictions.tsv"),
        classifiers=plan.classifiers.runs("classifier.json"),
    output:
        sensitivity=table("sensitivity"),
    log:
        f"{paths.logs}/vary_verdict.log",
    benchmark:
        f"{paths.benchmarks}/vary_verdict.tsv"
    group:
        "report"
    conda:
        "../../envs/report.yaml"
    resources:
        mem_mb=memory(needs.table_mb),
        runtime=minutes(needs.table_minutes, "report"),
        turn=1,
    params:
        script=script("vary_verdict"),
        code=code_digest("vary_verdict"),
        baseline=study.baseline,
        words=plan.verdict.judged_arms,
        options=plan.verdict.judge_options(),
        features=plan.verdict.vary_options,
        pins=pins("report"),
    shell:
        "python {params.script:q} {params.words:q} {params.options:q} {params.features:q}"
        " --output {output.sensitivity:q} --threads {threads} --log {log:q}"
