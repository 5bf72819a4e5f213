"""Documents on their way while the processes that carry them are killed, run by ./zilu drill."""
