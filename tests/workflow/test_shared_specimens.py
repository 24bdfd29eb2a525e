"""Patients that show two classes, divided by the workflow: one part for all, and what another image makes again."""

from tests.project import Project, draw_image, small_config, table

SPLITS = [f"results/small/splits/fold{fold}.tsv" for fold in (1, 2)]


def test_patients_of_two_classes_have_one_part_and_only_what_they_touch_is_made_again(tmp_path):
    split = {"folds": 2, "validation": 0.25}
    project = Project(tmp_path, small_config(split=split, specimens={"regex": "(patient[0-9]+)"}))

    def draw(class_, number, view):
        name = f"patient{number:02}_{view}.png"
        draw_image(tmp_path / "images" / class_ / name, number * 10 + view, int(class_ == "tapered"))
        return tmp_path / "images" / class_ / name

    for class_, numbers in (("normal", range(8)), ("tapered", range(4, 11))):
        for number in numbers:
            draw(class_, number, 0)
    done = project.snakemake(*SPLITS)
    assert "names say that 4 specimens show several classes, the first: patient04 in normal, tapered" in done.stderr
    tested = set()
    for path in SPLITS:
        parts = {}
        for row in table(tmp_path / path):
            parts.setdefault(row["specimen"], set()).add(row["part"])
        assert all(len(its) == 1 for its in parts.values())
        tested |= {name for name, its in parts.items() if its == {"test"}}
    assert len(tested) == 11

    def classes(planned, rule):
        return sorted(
            {word for each in planned.get(rule, []) for word in each.split(", ") if word.startswith("class_")}
        )

    added = [draw("normal", 2, 1), draw("normal", 20, 0), draw("normal", 5, 1)]  # of normal's own, and more of a shared
    planned = project.planned(*SPLITS)
    assert classes(planned, "index_class") == classes(planned, "split_class") == ["class_=normal"]
    added += [draw("tapered", 20, 1)]  # now the new one shows both
    planned = project.planned(*SPLITS)
    assert classes(planned, "split_class") == ["class_=normal", "class_=tapered"]
    for path in added:
        path.unlink()
    assert project.planned(*SPLITS) == {}
