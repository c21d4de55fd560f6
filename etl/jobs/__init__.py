"""Background jobs: the queue, the worker and one handler per kind of job."""
