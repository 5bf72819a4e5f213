"""Random lives: people do random things over random dates through the verbs, and what must always hold is asked."""
