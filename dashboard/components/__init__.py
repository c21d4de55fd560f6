"""Parts of pages: components that Dash renders, and HTML for pages without scripts."""
