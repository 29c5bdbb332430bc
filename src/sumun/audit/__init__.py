"""Events, the tamper-evident log, checkpoints, proofs."""
