"""Plans, returns, figures and editions: everything except the web application."""
