"""The sample data: invented returns for every site and quarter of the plan."""
