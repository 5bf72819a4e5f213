"""Pages of the association's staff: the queue, complaints, cases, evidence, bulk work."""
