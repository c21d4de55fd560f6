"""Values to parts of pages: components for the browser, HTML for pages without scripts."""
