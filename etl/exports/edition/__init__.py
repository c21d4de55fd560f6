"""What can be downloaded of an edition, from its frozen figures and nothing else."""
