"""The sample: invented returns for every site and quarter of the plan."""
