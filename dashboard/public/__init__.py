"""What anybody may see: plain HTML, no script, nothing that could reach a writer."""
