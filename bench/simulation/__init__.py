"""An association's life over years, by the verbs: what `./zilu simulate` tells, counts and checks."""
