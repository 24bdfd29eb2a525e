"""What a study is: the models of its config."""
